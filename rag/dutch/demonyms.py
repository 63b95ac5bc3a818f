"""Countries, unions and provinces, and the other words that a Dutch text uses for them.

A text on "Duitse bedrijven" is about Duitsland, and "Brussel" in a question is mostly the European
Union. Data: general Dutch, no subject and no document.
"""

from __future__ import annotations

from rag.dutch.numerals import plain

# A line is one country or province: its names, its people, and where its government sits.
_NAMED = """
    afghanistan afghaans afghaanse afghaan afghanen
    amerika washington vs amerikaans amerikaanse amerikaan amerikanen staten
    armenië armeens armeense armeniër armeniërs
    azerbeidzjan azerbeidzjaans azerbeidzjaanse
    belgië belgisch belgische belg belgen
    bosnië bosnisch bosnische bosniër bosniërs
    brazilië braziliaans braziliaanse
    bulgarije bulgaars bulgaarse bulgaar bulgaren
    china peking beijing chinees chinese chinezen
    denemarken deens deense deen denen
    duitsland berlijn duits duitse duitser duitsers
    cyprus cypriotisch cypriotische
    egypte egyptisch egyptische egyptenaar egyptenaren
    engeland londen vk brits britse brit britten engels engelse koninkrijk
    europa eu europese europees brussel brussels brusselse lidstaat lidstaten
    estland ests estse esten
    finland fins finse fin finnen
    georgië georgisch georgische georgiër georgiërs
    frankrijk parijs frans franse fransman fransen
    griekenland grieks griekse griek grieken
    hongarije hongaars hongaarse hongaar hongaren
    ierland iers ierse ier ieren
    indonesië indonesisch indonesische indonesiër indonesiërs
    irak iraaks iraakse irakees irakezen
    iran iraans iraanse iraniër iraniërs
    israël israëlisch israëlische israëliër israëliërs
    italië italiaans italiaanse italiaan italianen
    japan japans japanse japanner japanners
    kroatië kroatisch kroatische kroaat kroaten
    letland lets letse letten
    litouwen litouws litouwse litouwer litouwers
    luxemburg luxemburgs luxemburgse luxemburger luxemburgers
    libanon libanees libanese libanezen
    malta maltees maltese
    marokko marokkaans marokkaanse marokkaan marokkanen
    nederland nederlands nederlandse nederlander nederlanders
    noorwegen noors noorse noor noren
    oekraïne kiev kyiv oekraïens oekraïense oekraïner oekraïners
    oostenrijk oostenrijks oostenrijkse oostenrijker oostenrijkers
    palestina palestijns palestijnse palestijn palestijnen
    polen pools poolse pool
    portugal portugees portugese portugezen
    roemenië roemeens roemeense roemeen roemenen
    rusland moskou kremlin russisch russische rus russen
    schotland schots schotse schot schotten
    slovenië sloveens sloveense
    slowakije slowaaks slowaakse slowaak slowaken
    servië servisch servische serviër serviërs
    somalië somalisch somalische somaliër somaliërs
    spanje spaans spaanse spanjaard spanjaarden
    suriname surinaams surinaamse surinamer surinamers
    syrië syrisch syrische syriër syriërs
    tsjechië tsjechisch tsjechische tsjech tsjechen
    tunesië tunesisch tunesische tunesiër tunesiërs
    turkije turks turkse turk turken
    venezuela venezolaans venezolaanse
    vlaanderen vlaams vlaamse vlaming vlamingen
    zweden zweeds zweedse zweed
    zwitserland zwitsers zwitserse zwitser
    brabant brabants brabantse brabander brabanders
    drenthe drents drentse drent drenten drentenaar drentenaren
    flevoland flevolands flevolandse flevolander flevolanders
    friesland fryslân fries friese friezen
    gelderland gelders gelderse gelderlander gelderlanders
    groningen gronings groningse groninger groningers
    limburg limburgs limburgse limburger limburgers
    overijssel overijssels overijsselse overijsselaar overijsselaars
    utrecht utrechts utrechtse utrechter utrechters
    zeeland zeeuws zeeuwse zeeuw zeeuwen
"""
_WORDS = [[plain(word) for word in line.split()] for line in _NAMED.strip().splitlines()]
_KIN = {word: frozenset(line) for line in _WORDS for word in line}

COUNTRIES = frozenset(line[0] for line in _WORDS)
# Every document here is about this country and its parliament, also where it does not say so.
HOME = _KIN["nederland"] | {"tweede", "eerste", "kamer", "kamerlid", "kamerleden", "kabinet"}


def demonyms(name: str) -> frozenset[str]:
    """All words (lower case, no accents) for the country or province that `name` is, or is an adjective of:
    "duitsland", "duitse", ...; for any other word only that word."""
    return _KIN.get(plain(name), frozenset({plain(name)}))
