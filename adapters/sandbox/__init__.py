"""A small billing system to develop against and to trust in tests: invented customers, SOAP, REST, and a control desk.

``python -m adapters.sandbox`` runs it. ``billing.wsdl`` describes its SOAP face; ``samples/`` has one answer of every
operation, over SOAP and over REST. What a mapping needs to know of the two:

===========  ===============================================  ================================================
what         SOAP, ``/soap``                                  REST, ``/rest/odbiorcy/{nr}``
===========  ===============================================  ================================================
customer     PobierzOdbiorce                                  (the address itself)
contracts    PobierzUmowy                                     ``/umowy``
invoices     PobierzFaktury                                   ``/faktury?strona=1&ile=100``, paged
invoice      PobierzFakture                                   ``/faktury/{id}``
document     PobierzFakturePdf, base64 in ``Plik``            ``/faktury/{id}/pdf``, owner in ``X-Odbiorca``
ledger       PobierzRozrachunki: opening and operations       ``/operacje?od=&strona=1&ile=100``, paged, no opening
balance_on   PobierzSaldoNaDzien                              ``/saldo/{YYYY-MM-DD}``
live         (not offered)                                    ``/saldo?od=``: now, and the operations since ``od``
ping         SprawdzStan                                      ``/rest/stan``
meters       PobierzWodomierze                                ``/wodomierze``
readings     PobierzOdczyty                                   ``/wodomierze/{nr}/odczyty``
cases        PobierzSprawy                                    ``/sprawy``
a document   PobierzPismo, base64 in ``Plik``                 ``/sprawy/{nr}/pisma/{id}``, owner in ``X-Odbiorca``
offers       PobierzOferty                                    ``/oferty``
a reading    PrzyjmijOdczyt                                   ``POST /odczyty``
a letter     PrzyjmijPismo                                    ``POST /pisma``
data change  ZmienDane                                        ``POST /dane``
consent      ZmienZgode                                       ``POST /zgoda``
a payment    PrzyjmijWplate                                   ``POST /wplaty``
an outage    PrzyjmijAwarie, ``NrOdbiorcy`` or none           ``POST /rest/awarie``, ``nr_odbiorcy`` or null
look-up      ZnajdzZgloszenie                                 ``/rest/zgloszenia/{nr_obcy}``
reference    ``NrObcy``, ours                                 ``nr_obcy``
files        ``Zalaczniki/Zalacznik``: Nazwa, TypMime, Plik   ``zalaczniki``: nazwa, typ, plik in base64
days         ``dd.mm.yyyy``; ``Dzien`` is ``yyyy-mm-dd``      ``yyyy-mm-dd``
booked       ``DataKs``, a day in Warsaw                      ``zaksiegowano``: an instant in UTC, or a plain day
amounts      ``1234,56``                                      invoices ``"1234.56"``; ledger and balances 1234.56
an entry     ``Kwota``, positive: owes more                   ``wn`` (owes more) less ``ma`` (owes less)
NRB          in groups, ``61 1090 1014 …``                    26 digits, or null
kinds        FV KOR NO; FV WP KOR ODS ZW                      faktura korekta nota_odsetkowa; faktura wplata …
owner        ``NrOdbiorcy`` of the answer                     ``nr_odbiorcy`` of the answer
case kinds   REK UWA WNI SKA DAN AWA                          reklamacja uwaga wniosek skarga zmiana_danych awaria
stages       P T O Z                                          przyjeta w_toku odpowiedziano zamknieta
refusals     faultcode ``bil:ODB-404`` DOK-404 ODB-423 …      ``{"blad": {"kod": "brak_odbiorcy", "opis": …}}``
of readings  ODC-422 ODC-400 ODC-409 ODC-423                  odczyt_mniejszy odczyt_niepoprawny inny_wodomierz …
not there    ZGL-404                                          404, ``brak_zgloszenia``
busy         503, ``SYS-503``: nothing was taken              503, ``zajety``
===========  ===============================================  ================================================
"""
