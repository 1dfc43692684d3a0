"""What a Tryton database needs before anything can be booked: company, chart, years, tax, products, access.

Runs inside Tryton's own environment (see ``fill``), never in the portal's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from trytond.pool import Pool
from trytond.transaction import Transaction

from tests.tryton import world

YEARS = range(2024, 2028)
PORTAL_LOGIN = "ebok"


@dataclass
class Books:
    """The records that bookings refer to."""

    company: Any
    lang: Any
    country: Any
    receivable: Any
    revenue: Any
    expense: Any
    bank: Any
    tax: Any
    term: Any
    instalments: Any
    water: Any
    sewage: Any
    fee: Any
    monthly: Any
    sales: Any
    cash: Any
    categories: dict[bool, Any]


def company(timezone: str = "Europe/Warsaw") -> Any:
    """The utility itself, in złoty and in Polish time, and the user who books given to it."""
    pool = Pool()
    Currency, Country, Party, Company, User, Lang = (
        pool.get(name)
        for name in (
            "currency.currency",
            "country.country",
            "party.party",
            "company.company",
            "res.user",
            "ir.lang",
        )
    )
    zloty = Currency(name="Złoty", code="PLN", numeric_code="985", symbol="zł", digits=2)
    zloty.rounding = Decimal("0.01")
    zloty.rates = [{"date": date(2020, 1, 1), "rate": Decimal(1)}]
    zloty.save()
    poland = Country(name="Polska", code="PL", code3="POL", code_numeric="616")
    poland.save()
    (polish,) = Lang.search([("code", "=", "pl")])
    party = Party(name=world.COMPANY_NAME, code="1", lang=polish)
    party.identifiers = [{"type": "pl_vat", "code": world.COMPANY_NIP}]
    party.addresses = [
        {
            "street_name": "ul. Wodna",
            "building_number": "1",
            "postal_code": world.POSTAL_CODE,
            "city": world.CITY,
            "country": poland.id,
        }
    ]
    party.save()
    utility = Company(party=party, currency=zloty, timezone=timezone)
    utility.save()
    User.write([User(1)], {"companies": [("add", [utility.id])], "company": utility.id})
    return utility


def books(utility: Any, template: Path, pdf: bool) -> Books:
    """Chart, fiscal years, tax, products, terms, and the invoice's layout."""
    pool = Pool()
    Account, Lang, Country, Journal, Category, Method = (
        pool.get(name)
        for name in (
            "account.account",
            "ir.lang",
            "country.country",
            "account.journal",
            "party.category",
            "account.invoice.payment.method",
        )
    )
    _chart(utility)
    for year in YEARS:
        _fiscal_year(utility, year)

    def account(**by: Any) -> Any:
        domain = [(name.replace("__", "."), "=", value) for name, value in by.items()]
        return Account.search([("company", "=", utility.id), ("closed", "!=", True), *domain], limit=1)[0]

    revenue, expense = account(type__revenue=True), account(type__expense=True)
    tax = _tax(utility, account(code="6.3.6"))
    if pdf:
        _pdf_layout(template)
    goods = _category(revenue, expense, tax)
    monthly = _monthly()
    polish = Lang.search([("code", "=", "pl")])[0]
    categories = {
        False: Category(name="Odbiorca indywidualny"),
        True: Category(name="Odbiorca instytucjonalny"),
    }
    Category.save(list(categories.values()))
    _number_contracts(utility)
    bank, cash = account(code="1.1.1"), Journal.search([("type", "=", "cash")], limit=1)[0]
    Method(name="Przelew", company=utility, journal=cash, debit_account=bank, credit_account=bank).save()
    return Books(
        company=utility,
        lang=polish,
        country=Country.search([("code", "=", "PL")])[0],
        receivable=account(type__receivable=True, party_required=True),
        revenue=revenue,
        expense=expense,
        bank=bank,
        tax=tax,
        term=_term("14 dni", [timedelta(days=14)]),
        instalments=_term("dwie raty", [timedelta(days=14), timedelta(days=44)]),
        water=_product("WODA", "Woda", "Cubic meter", world.WATER_PRICE, goods),
        sewage=_product("SCIEKI", "Ścieki", "Cubic meter", world.SEWAGE_PRICE, goods),
        fee=_product("ABONAMENT", "Opłata abonamentowa", "Unit", world.FEE_PRICE, goods),
        monthly=monthly,
        sales=Journal.search([("type", "=", "revenue")], limit=1)[0],
        cash=cash,
        categories=categories,
    )


def portal_key() -> str:
    """The technical user of the portal, with a validated key for Tryton's REST interface."""
    pool = Pool()
    User, Group, Application = (pool.get(name) for name in ("res.user", "res.group", "res.user.application"))
    groups = Group.search([("name", "in", ["Accounting", "Sales"])])
    admin = User(1)
    user = User(name="eBOK", login=PORTAL_LOGIN, groups=groups)
    user.companies, user.company = admin.companies, admin.company
    user.save()
    application = Application(user=user, application="rest", state="validated")
    application.save()
    return str(application.key)


def _chart(utility: Any) -> None:
    pool = Pool()
    Template, ModelData, Account = (
        pool.get(name) for name in ("account.account.template", "ir.model.data", "account.account")
    )
    CreateChart = pool.get("account.create_chart", type="wizard")
    session, _, _ = CreateChart.create()
    wizard = CreateChart(session)
    wizard.account.account_template = Template(ModelData.get_id("account", "account_template_root_en"))
    wizard.account.company = utility
    wizard.transition_create_account()
    wizard.properties.company = utility
    for kind in ("receivable", "payable"):
        domain = [(f"type.{kind}", "=", True), ("party_required", "=", True)]
        setattr(wizard.properties, f"account_{kind}", Account.search(domain, limit=1)[0])
    wizard.transition_create_properties()


def _fiscal_year(utility: Any, year: int) -> None:
    pool = Pool()
    Strict, Type, FiscalYear, InvoiceSequence = (
        pool.get(name)
        for name in (
            "ir.sequence.strict",
            "ir.sequence.type",
            "account.fiscalyear",
            "account.fiscalyear.invoice_sequence",
        )
    )

    def sequence(kind: str, prefix: str) -> Any:
        (kind_,) = Type.search([("name", "=", kind)])
        new = Strict(name=f"{prefix}{year}", sequence_type=kind_, company=utility)
        new.prefix, new.padding = f"{prefix}{year}/", 5
        new.save()
        return new

    issued, corrections = sequence("Invoice", "FV/"), sequence("Invoice", "FK/")
    bought = sequence("Invoice", "Z/")
    fiscal = FiscalYear(name=str(year), company=utility)
    fiscal.start_date, fiscal.end_date = date(year, 1, 1), date(year, 12, 31)
    fiscal.move_sequence = sequence("Account Move", "PK/")
    fiscal.invoice_sequences = [
        InvoiceSequence(
            company=utility,
            out_invoice_sequence=issued,
            out_credit_note_sequence=corrections,
            in_invoice_sequence=bought,
            in_credit_note_sequence=bought,
        )
    ]
    fiscal.save()
    FiscalYear.create_period([fiscal])


def _tax(utility: Any, account: Any) -> Any:
    tax = Pool().get("account.tax")(name="VAT 8%", description="VAT 8%", type="percentage", company=utility)
    tax.rate = Decimal("0.08")
    tax.invoice_account = tax.credit_note_account = account
    tax.save()
    return tax


def _category(revenue: Any, expense: Any, tax: Any) -> Any:
    category = Pool().get("product.category")(name="Usługi", accounting=True)
    category.account_revenue, category.account_expense = revenue, expense
    category.customer_taxes = [tax]
    category.save()
    return category


def _product(code: str, name: str, unit: str, price: Decimal, category: Any) -> Any:
    pool = Pool()
    Template, Product, Unit, Service = (
        pool.get(model) for model in ("product.template", "product.product", "product.uom", "sale.subscription.service")
    )
    with Transaction().set_context(language="en"):
        (uom,) = Unit.search([("name", "=", unit)])
    template = Template(name=name, type="service", default_uom=uom, list_price=price, salable=True)
    template.sale_uom, template.account_category = uom, category
    template.products = [Product(suffix_code=code)]
    template.save()
    service = Service(product=template.products[0])
    service.save()
    return service


def _monthly() -> Any:
    rules = Pool().get("sale.subscription.recurrence.rule.set")(name="co miesiąc")
    rules.rules = [{"freq": "monthly", "interval": 1}]
    rules.save()
    return rules


def _term(name: str, delays: list[timedelta]) -> Any:
    """A term of payment with equal parts, one for each delay."""
    pool = Pool()
    Term, Line, Delta = (pool.get(f"account.invoice.payment_term{part}") for part in ("", ".line", ".line.delta"))
    lines = []
    for number, delay in enumerate(delays, start=1):
        line = Line(type="remainder" if number == len(delays) else "percent_on_total")
        if number < len(delays):
            line.divisor, line.ratio = Decimal(len(delays)), Decimal(1) / len(delays)
        line.relativedeltas = [Delta(days=delay.days)]
        lines.append(line)
    term = Term(name=name, lines=lines)
    term.save()
    return term


def _number_contracts(utility: Any) -> None:
    configuration = Pool().get("sale.configuration")(1)
    sequence = configuration.get_multivalue("subscription_sequence", company=utility.id)
    sequence.prefix, sequence.padding = "UM/", 5
    sequence.save()


def _pdf_layout(template: Path) -> None:
    Action = Pool().get("ir.action.report")
    reports = Action.search([("report_name", "=", "account.invoice")])
    Action.write(
        reports,
        {
            "report_content_custom": template.read_bytes(),
            "template_extension": "xhtml",
            "extension": "pdf",
            "translatable": False,
        },
    )
