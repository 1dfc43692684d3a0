"""Says in the reader's language why a file was not taken, and what to do instead."""

from flask_babel import gettext

from gateway.files.records import RefusedFile
from gateway.settings import Settings


def why(refused: RefusedFile, settings: Settings) -> str:
    """A sentence for the form; names the file where it is about one."""
    bounds = settings.files
    name = refused.name
    match refused.reason:
        case "too_many":
            return gettext("Za dużo plików. Można dołączyć najwyżej %(most)d.", most=bounds.most)
        case "too_large_together":
            return gettext(
                "Pliki razem są za duże. Mogą mieć łącznie najwyżej %(most)d MB.", most=bounds.megabytes_together
            )
        case "too_large":
            return gettext(
                "Plik „%(name)s” jest za duży. Może mieć najwyżej %(most)d MB.",
                name=name,
                most=bounds.megabytes_each,
            )
        case "empty":
            return gettext("Plik „%(name)s” jest pusty. Wybierz go jeszcze raz.", name=name)
        case "sort":
            return gettext("Pliku „%(name)s” nie możemy przyjąć. Dołącz PDF albo zdjęcie (JPG, PNG, HEIC).", name=name)
        case "not_its_ending":
            return gettext(
                "Plik „%(name)s” jest czymś innym, niż mówi jego nazwa. Zapisz go jako PDF, JPG lub PNG.", name=name
            )
        case "too_many_pixels":
            return gettext("Zdjęcie „%(name)s” ma za dużo punktów. Zmniejsz je i dołącz jeszcze raz.", name=name)
        case "encrypted":
            return gettext("Plik „%(name)s” jest zabezpieczony hasłem. Zapisz go bez hasła.", name=name)
        case "active":
            return gettext(
                "Plik „%(name)s” zawiera skrypty albo inne pliki. Zapisz go jako zwykły PDF, "
                "na przykład drukując do pliku.",
                name=name,
            )
        case "opens":
            return gettext(
                "Plik „%(name)s” przy otwarciu sam coś uruchamia, na przykład stronę internetową. Wydrukuj go do pliku "
                "PDF i dołącz ten wydruk.",
                name=name,
            )
        case "virus":
            return gettext("Program antywirusowy nie przepuścił pliku „%(name)s”.", name=name)
    return gettext(
        "Plik „%(name)s” jest uszkodzony albo ma coś doklejonego. Zapisz go na nowo i dołącz jeszcze raz.", name=name
    )
