"""From a SOAP answer to the API's JSON: ours against zeep, marshmallow and json."""

import json
from statistics import median

from benchmarks.soap_answers import as_records, largest_answer, of_rows, ours, ratio, rounds, verdict, zeeps
from schemas import InvoiceSchema
from schemas.dump import dumper


def main() -> None:
    """Print the table."""
    customer_no, answer = largest_answer()
    body = of_rows(answer, 1_000)
    read, dump = ours(customer_no), dumper(InvoiceSchema)
    read_zeep, schema = zeeps(), InvoiceSchema(many=True)

    def ebok() -> str:
        return json.dumps([dump(invoice) for invoice in read(body)])

    def peer() -> str:
        return json.dumps(schema.dump(as_records(read_zeep(body))))

    if json.loads(ebok()) != json.loads(peer()):
        raise SystemExit("soap_to_json: the JSON differs; nothing measured")
    mine, theirs = rounds([ebok, peer])
    gain = ratio(theirs, mine)
    print("SOAP bytes to API JSON, 1,000 invoices (JSON equal)")
    print(f"  zeep + marshmallow + json {median(theirs) * 1e3:8.1f} us each")
    print(f"  ebok                      {median(mine) * 1e3:8.1f} us each   {gain:5.1f} x faster   ", end="")
    print(verdict(gain >= 5, "5 x"))


if __name__ == "__main__":
    main()
