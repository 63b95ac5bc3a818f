"""What the words of a Dutch sentence have in common with another's: stems, compounds, synonyms.

The lists hold general Dutch of government, no subject and no document.
"""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

from rag.numerals import plain

_STOP = frozenset(
    (
        "de het een den der des dit dat deze die dan als en of ook maar want dus al er hier daar "
        "waar in op aan bij van voor met te ten ter tot door over onder om uit naar na sinds per "
        "tegen tussen tijdens volgens via vanaf vanwege wegens zonder rond langs ik wij we u uw "
        "mijn ons onze hij zij ze zijn haar hun hen hem zich men je jullie wie wat welk welke "
        "wanneer waarom hoe hoeveel is ben bent was waren wordt worden werd werden geworden geweest "
        "wezen heeft hebben hebt had hadden gehad zal zullen zou zouden kan kunnen kon konden mag "
        "mogen mocht mochten moet moeten moest moesten wil willen wilde wilden gaat gaan ging "
        "gingen komt komen kwam kwamen gekomen doet doen deed deden gedaan blijkt bleek gebleken "
        "staat staan stond ligt liggen lag laat laten liet maakt maken daarvan hiervan ervan "
        "waarvan daarbij hierbij erbij waarbij daarvoor hiervoor ervoor waarvoor daarmee hiermee "
        "ermee waarmee daarop hierop erop waarop daarin hierin erin waarin daaraan hieraan eraan "
        "daarna hierna erna daarvoor daarboven daardoor hierdoor erdoor waardoor daarom daaruit "
        "hieruit eruit daarnaast bovendien verder tevens eveneens echter wel nog nu toen toch zelf "
        "zo zodat omdat doordat terwijl hoewel totdat aangezien indien tenzij mits zodra zolang "
        "namelijk immers zowel niet geen nooit niets niemand noch nee ja sprake geval gevallen "
        "aantal totaal totale ruim circa ongeveer bijna zon alleen uitsluitend slechts enkel deels "
        "gedeeltelijk minder meer hoger lager ouder jonger langer korter hoogste minste hooguit "
        "minstens minimaal maximaal tenminste uiterlijk mee af toe terug weer vast heel zeer erg "
        "andere anders ander dergelijke zulke zoals oftewel ofwel waaronder onder meer minister "
        "staatssecretaris bewindspersoon kabinet regering ministerie ministeries bewindslieden "
        "kamer kamerlid antwoord antwoorden vraag vragen beantwoording zijnde betreft betreffen "
        "gaat gaan sprake hierover daarover waarover ermee hiertoe daartoe wijze manier "
        "vindt vinden vond ziet zien zag noemt noemen telt tellen iemand iets vandaar keer maal "
        "eens waaraan daaraan hieraan betekent geeft geven gaf neemt nemen nam alsnog reeds "
        "aanmerking inmiddels momenteel thans boven beneden krijgt krijgen"
    ).split()
)
_SYNONYMS = """
    krijgen ontvangen kreeg kregen gekregen ontving ontvingen uitkering uitgekeerd uitkeren
    kosten kost kostte bedragen bedraagt bedroeg prijs uitgaven vergen vergt geraamd
    beginnen begint begon begonnen starten start startte gestart ingaan ingegaan aanvang gelden
    eindigen eindigt aflopen afgelopen loopt lopen beëindigen stoppen stopt gestopt afgeschaft
    stijgen stijgt steeg gestegen toenemen toegenomen groeien groeide gegroeid verhogen verhoogd
    dalen daalde gedaald afnemen afgenomen verminderen verminderd verlagen verlaagd teruggebracht
    vertrekken vertrokken verlaten verliet verlieten vertrek
    bedrijf bedrijven onderneming ondernemingen ondernemer ondernemers
    medewerker medewerkers werknemer werknemers personeel personeelsleden
    deelnemen deelname deelneemt nemen deelnemers deelnemer meedoen meedoet
    plafond maximum maximaal
    aanvraag aanvragen aangevraagd verzoek verzoeken indienen ingediend
    toekennen toegekend toekenningen ingewilligd gehonoreerd goedgekeurd toegewezen
    afwijzen afgewezen afwijzing geweigerd weigeren
    betalen betaalt betaald betaling betalingen voldaan voldoen overmaken overgemaakt financieren
    vergoeden vergoedt vergoed vergoeding
    bijdrage subsidie bijdragen tegemoetkoming
    verschijnen verschijnt uitkomen publiceren gepubliceerd gereed klaar afgerond komt
    evaluatie geëvalueerd evalueren eindevaluatie
    onderzoek onderzocht onderzoeken onderzoekt verkenning verkennen bezien nagegaan
    oplevering opgeleverd opleveren voltooid klaar
    geïnformeerd informeren gemeld melden meldt melding bericht laten weten geïnformeerd
    beschikbaar uitgetrokken gereserveerd vrijgemaakt bestemd budget gaat
    bekend bekendheid kennisgenomen kennen kent gelezen vernomen
    reden oorzaak aanleiding komt doordat omdat wegens vanwege
    gekozen geselecteerd selectie uitgekozen aangewezen
    nodig vereist vereiste eis voorwaarde voorwaarden noodzakelijk
    termijn betaaltermijn tijd periode duur duurt duren
    besluiten besloten besluit beslissen beslist beslissing bepalen bepaalt
    gratis kosteloos niets
    verwijderd verwijderen gewist wissen
    controle controleren controleert gecontroleerd toezicht
    verplaatst verschoven uitgesteld opgeschoven
    werving werven geworven aangetrokken
    bezwaar bezwaren
    failliet faillissement
    gebruik gebruiken gebruikt gebruikmaken gebruikmaakten benut
    reiziger reizigers passagier passagiers
    auto auto's wagen voertuig voertuigen
    veer veerdienst veerpont pont
    leerling leerlingen scholier scholieren
    school scholen basisschool basisscholen
    levering leveren geleverd geleverde leverde
    opvragen opgevraagd inzien krijgen
    verklaring bewijs
    schade verlies verliezen
    kosteloos gratis
    hervat hervatten weer varen vaart
    getekend ondertekend
    contract overeenkomst
    aangesteld aangenomen benoemd
    doel bedoeld bestemd bedoeling
    vervallen vervalt verlopen
    terugbetaald teruggestort
    geld bedrag bedragen middelen som
    jaarlijks ieder elk
    helft halve
    wijziging gewijzigd wijzigen aanpassing aangepast aanpassen veranderd veranderen
    uitgevoerd uitvoeren uitvoering voert
    toestemming goedkeuring akkoord
    ongeluk abusievelijk vergissing
    geplaatst plaats ter
    verdeeld verdeling verdelen
    voortgang verloop
    toegezegd toezegging beloofd belofte
    storting gestort
    aangesloten meedoen doen
    tekort gebrek
    meting peiling
    huishouden huishoudens gezin gezinnen
    woning huis huizen
    mening opvatting
    monteur monteurs
    sollicitatie sollicitaties solliciteerden gesolliciteerd sollicitanten sollicitant
    bewoner inwoner inwoners bewoners
    vacature vacatures openstaand
    plan voornemen plannen
    geschikt passend
    delen deelt gedeeld verstrekt verstrekken
    afspraak afgesproken afspraken overeengekomen
    opvraging raadplegen
    gemeentelijk gemeente gemeenten
    ouders vader moeder
    helemaal geheel volledig
    inclusief meegerekend
    rest overige overig resterende resteert
    meldde aangemeld aanmelden aanmelding
"""
_ANTONYMS = """
    gestegen gedaald; stijgen dalen; stijgt daalt; toegenomen afgenomen; toegekend afgewezen;
    ingewilligd afgewezen; toegelaten geweigerd; hoog laag; hoger lager; hoge lage; groot klein;
    groter kleiner; grote kleine; lang kort; langer korter; vroeg laat; eerder later; open dicht;
    verplicht vrijwillig; duur goedkoop; goedkoper duurder; begin eind; minimaal maximaal;
    mannen vrouwen; vooraf achteraf; veel weinig; positief negatief; openbaar vertrouwelijk;
    verhoogd verlaagd; verhogen verlagen; verhoging verlaging; gesloten geopend; start eindigt;
    begint eindigt; toestaan verbieden; toegestaan verboden; geschikt ongeschikt; juist onjuist;
    meer minder; oud nieuw; oude nieuwe; snel langzaam; binnen buiten; opgenomen geschrapt;
    opgeleverd vertraagd; ruimer strenger; verruiming aanscherping; bevestigd weerlegd;
    vervroegd verschoven; vervroegd uitgesteld; eerdere latere; hetzelfde volgende; vorig volgend;
    hetzelfde vorige; volledig gedeeltelijk; volledige gedeeltelijke; volledig deels; jong oud;
    dalend stijgend; daling stijging; toename afname; goedgekeurd afgekeurd; aangenomen verworpen;
    verbreed versmald; gratis betaald; tevreden ontevreden; breed smal; zwaar licht; warm koud;
    bovengronds ondergronds; ambtshalve vrijwillig; publiek privaat; publieke private; aanwezig
    afwezig; aanwezig ontbreekt; overbodig nodig; mogelijk onmogelijk; uitgevoerd nagelaten;
    actief passief; betaald onbetaald; tijdelijk permanent; tijdelijke permanente; tijdelijk vast;
    intern extern; interne externe; nationaal internationaal; zuidelijk noordelijk; oostelijk
    westelijk; bovengrens ondergrens; verruimd beperkt; verruimd aangescherpt; versneld vertraagd;
    verlengd verkort; verlengd ingekort; instroom uitstroom; aankoop verkoop; koop huur; koopwoning
    huurwoning; debet credit; import export; invoer uitvoer; invoercontroles uitvoercontroles;
    opent sluit; openen sluiten; open gesloten; verdubbeld gehalveerd; meerderheid minderheid;
    maximum minimum; kleinst grootst; kleinste grootste; kleinere grotere; jongere oudere; kortere
    langere; lagere hogere; goedkopere duurdere; beginnen eindigen; voltooid gestaakt; hervat
    gestaakt; gekocht verkocht; gewonnen verloren; behouden verliezen; behouden verloren; oude
    nieuwe; oude gewone; ontvangen uitgegeven; voordeel nadeel; voordelen
    nadelen; succes mislukking; geslaagd mislukt; beter slechter; gunstig ongunstig; hetzelfde verschillend; gelijk verschillend; vaker minder;
    grootst kleinst; grootste kleinste; hoogste laagste; langste kortste; verminderd vermeerderd;
    verminderen vermeerderen; inclusief exclusief; vergroot beperkt; vergroten beperken;
    vergroten verkleinen; nadat voordat; meeste minste; vroegste laatste; eerst laatst;
    toegevoegd geschrapt; ingevoerd afgeschaft; invoeren afschaffen; tegen voor;
    aanvaard geweigerd; verleend ingetrokken; sterk zwak; verbeterd verslechterd; stad platteland;
    overschot tekort; winst verlies; inkomsten uitgaven; uitbreiden inkrimpen; voorstander
    tegenstander; eens oneens; wenselijk onwenselijk; tijdig laat
"""
_ADJECTIVES = """
    groot klein; hoog laag; lang kort; oud jong; oud nieuw; vroeg laat; snel langzaam; duur goedkoop;
    sterk zwak; streng soepel; ruim krap; breed smal; zwaar licht; goed slecht; veilig gevaarlijk;
    rijk arm; vol leeg; dicht open; veel weinig; makkelijk moeilijk; diep ondiep; dik dun;
    positief negatief; direct indirect; zichtbaar onzichtbaar; druk rustig; warm koud; vast los
"""
ANTONYM, NONE, SYNONYM, SAME = -1.0, 0.0, 0.9, 1.0
_COMPOUND = 0.6
_PREFIX = 5

_stemmer = snowballstemmer.stemmer("dutch")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a word in lower case without accents (Snowball, Dutch)."""
    return str(_stemmer.stemWord(plain(word)))


def _group_table() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(_SYNONYMS.strip().splitlines()):
        for word in line.split():
            if plain(word) not in _STOP:
                table.setdefault(stem(word), set()).add(number)
    return {word: frozenset(groups) for word, groups in table.items()}


def _antonym_table() -> frozenset[tuple[str, str]]:
    pairs = [pair.split() for pair in _ANTONYMS.split(";")]
    stems = {(stem(a), stem(b)) for a, b in pairs}
    for base, other in (pair.split() for pair in _ADJECTIVES.split(";")):
        stems |= {(stem(a), stem(b)) for a, b in zip(_degrees(base), _degrees(other), strict=True)}
    return frozenset(stems | {(b, a) for a, b in stems})


def _degrees(adjective: str) -> list[str]:
    """An adjective with its inflected forms: "groot" -> groot, grote, groter, grotere, grootst..."""
    root = adjective
    if re.search(r"[^aeiou](aa|ee|oo|uu)[^aeiou]$", adjective):
        root = adjective[:-2] + adjective[-1]
    elif re.search(r"[^aeiou][aeiou][bdfgklmnpst]$", adjective) and len(adjective) < 5:
        root = adjective + adjective[-1]
    return [
        adjective,
        *(root + end for end in ("e", "er", "ere")),
        adjective + "st",
        adjective + "ste",
    ]


_GROUPS = _group_table()
_OPPOSED = _antonym_table()


def is_content(word: str) -> bool:
    """Whether a word says something by itself (no article, auxiliary, pronoun, actor word)."""
    return len(word) > 1 and plain(word) not in _STOP


@lru_cache(maxsize=262144)
def likeness(one: str, other: str) -> float:
    """How far two words (lower case) say the same: 1 same stem, .9 synonyms, .5-.9 compound parts,
    0 nothing in common, -1 opposites ("gestegen" and "gedaald", "bekend" and "onbekend")."""
    one, other = plain(one), plain(other)
    a, b = stem(one), stem(other)
    if a == b or one == other:
        return SAME
    if (a, b) in _OPPOSED or a == "on" + b or b == "on" + a:
        return ANTONYM
    if _GROUPS.get(a, frozenset()) & _GROUPS.get(b, frozenset()):
        return SYNONYM
    return max(_part(a, b), _overlap(one, other))


def _part(a: str, b: str) -> float:
    short, long = sorted((a, b), key=len)
    rest = len(long) - len(short)
    first, last = long.startswith(short) and rest != 3, long.endswith(short) and rest > 2
    if len(short) < 4 or not (first or last):
        return NONE
    return 0.6 + 0.3 * len(short) / len(long)


def _overlap(one: str, other: str) -> float:
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    share = shared / min(len(one), len(other))
    return 0.9 * share if shared >= _PREFIX and share >= _COMPOUND else NONE
