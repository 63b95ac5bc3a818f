"""General words of administrative Dutch: no subject, no document.

Data for `rag.dutch.terms` only. A line of SYNONYMS is a group of words that may stand for one another in
a paraphrase; ANTONYMS are pairs.
"""

STOP = frozenset(
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
        "kamer gevraagd vraagt vroeg vroegen kamerlid kamerleden vraagsteller vraagstellers indiener indieners antwoord antwoorden vraag vragen beantwoording zijnde betreft betreffen "
        "gaat gaan sprake hierover daarover waarover ermee hiertoe daartoe wijze manier "
        "vindt vinden vond ziet zien zag noemt noemen telt tellen iemand iets vandaar keer maal "
        "eens waaraan daaraan hieraan betekent geeft geven gaf neemt nemen nam alsnog reeds "
        "aanmerking inmiddels momenteel thans boven beneden krijgt krijgen zo'n nogal even zichzelf elkaar "
        "steeds opnieuw vooral juist overigens precies uiteindelijk vervolgens hele"
    ).split()
)
SYNONYMS = """
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
    zakken zakte zakt gezakt dalen daalde omlaag teruglopen teruggelopen terugloopt krimpen slinken
    omhoog oplopen opgelopen klimmen klom stijgen
    opnieuw hernieuwd nogmaals tweede
    ondervragen ondervraagd bevragen bevraagd gevraagd meting peiling enquête
    dichtgaan sluiten sluit gesloten dicht
    opengaan openen opent geopend open
    doorschuiven doorgeschoven schuiven uitstellen
    akkoord overeenkomst contract afspraak
    verdwijnen verdwenen gewist wissen verwijderd weg
    bewaken bewaakt toezicht toezien houden toeziet
    overmaken overgemaakt betaald betaling betalingen overboeken
    betalingen bedragen uitkeringen uitbetaald uitkering
    voorschot vooraf aanbetaling vooruitbetaling
    stilliggen ligt stil stilgelegd stilstaan
    opleiding leerwerktraject scholing cursus traject opleiden
    weinig laag
    aanzienlijk fors flink
    normaal normale gewone gewoon regulier reguliere gebruikelijk gebruikelijke
    studeren studeert student studenten
    scholier leerling
    treffen getroffen raken raakt geraakt
    verbod verbieden verboden verbiedt
    zorgvuldig netjes
    vaststellen vastgesteld geconstateerd constateren aangetroffen aantreffen gevonden ontdekt
    besmetting besmet aantasting aangetast
    voornaamste belangrijkste meest hoofdreden
    reden grond gronden argument oorzaak
    oud oude achtergelaten vorige vroegere
    vacant openstaand vacature onvervuld
    toewijzen toegewezen gegaan toebedeeld
    omweg omrijden omrijdt
    omleiden omleiding
    beoordelen beoordeelt beoordeling toetsen getoetst toets bekijken
    versturen verzonden verzenden verstuurd verstuurt sturen gestuurd toezenden toegezonden
    kopen gekocht aanschaffen aangeschaft aanschaf aankoop aangekocht verwerven
    verhuizen verhuist verhuisd verhuizing
    bouwen gebouwd bouw
    herstellen hersteld herstel reparatie gerepareerd repareren rechtgezet
    opheffen opgeheven afschaffen afgeschaft schrappen geschrapt
    instellen ingesteld oprichten opgericht invoeren ingevoerd introduceren invoering
    vervangen vervanging
    toenemen groei stijging toename
    afnemen daling afname vermindering krimp
    meewerken samenwerken samen samenwerking gezamenlijk
    hulp steun ondersteuning ondersteunen bijstand helpen
    regels regelgeving voorschriften voorschrift bepalingen
    gevolg gevolgen effect effecten uitwerking
    verwachten verwacht verwachting voorzien raming geraamd
    overzicht lijst opsomming
    aandeel deel percentage
    personen mensen burgers inwoners
    streven doel doelstelling beoogd beogen beoogde streefdatum
    onderneemt onderneming
    mogelijkheid optie
    moeilijk lastig ingewikkeld complex
    eenvoudig makkelijk simpel begrijpelijk
    druk drukte overbelast vol congestie
    tekort schaarste gebrek
    ziek ziekte ziekteverzuim
    verkeerd onjuist fout fouten foutief
    juist correct goed
    ter plaatse aanwezig
    gevaar risico gevaarlijk
    veilig veiligheid
    stroom elektriciteit stroomnet elektriciteitsnet
    lokaal plaatselijk gemeentelijk
    landelijk nationaal
    jongeren jeugd jeugdigen
    ouderen senioren bejaarden
    verdachten verdachte
    foto foto's beeld beelden afbeelding opnamen
    camera camera's
    gegevens data informatie cijfers
    website site internet
    geschil conflict
    boete boetes sanctie sancties
    regio streek gebied
    dorp plaats stad
    ambtenaar ambtenaren medewerkers
    uitleg toelichting toelichten uitleggen
    advies adviseren geadviseerd adviseert
    overleg gesprek gesprekken overleggen besprekingen
    overleg beraad
    onvoldoende ontoereikend
    voldoende genoeg toereikend
    sturen zenden aanbieden aangeboden
    begroting begroot
    overhevelen overgeheveld verschuiven overgeboekt
    werken werkzaam dienst baan
    werkt werkzaam slag
    slagen slaagt geslaagd diploma behalen behaald halen
    vergoeden terugkrijgen terugbetalen terugontvangen
    aanwijzen aangewezen
    melden meldde aanmelden opgeven opgegeven
    kiezen gekozen keuze
    vinden gevonden treft
    beginnen begin aanvang start van
    verlengen verlengd verlenging
    uitbreiden uitbreiding uitgebreid
    inzetten ingezet inzet gebruiken
    raadplegen geraadpleegd inzien inzage
    weigeren geweigerd bedanken bedankt afzien
    deelnemen deelname meedoen aansluiten aangesloten
    ontslaan ontslagen ontslag
    voorrang prioriteit voor
    gelijk ongewijzigd hetzelfde onveranderd
    inwerkingtreding ingaan ingaat ingegaan kracht
    stuiten tegenkomen
    bewaren bewaard opslaan opgeslagen
    huren huur huurprijs
    woonruimte woning huis appartement
    zorg verzorging
    arts huisarts dokter
    patiënt patiënten
    onderwijs school
    docent docenten leraar leraren leerkracht
    boer boeren teler telers agrariër agrariërs landbouwer landbouwers
    winkelier winkeliers winkel winkels
    politie agenten agent
    vrachtwagen vrachtwagens vrachtauto
    trein treinen spoor
    schip schepen boot
    leverancier leveranciers toeleverancier
    aannemer aannemers
    keuring inspectie keuringen gekeurd
    scheur scheuren scheurtjes haarscheuren
    pauze onderbreking
    kwijtschelden kwijtgescholden kwijtschelding
"""
ANTONYMS = """
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
ADJECTIVES = """
    groot klein; hoog laag; lang kort; oud jong; oud nieuw; vroeg laat; snel langzaam; duur goedkoop;
    sterk zwak; streng soepel; ruim krap; breed smal; zwaar licht; goed slecht; veilig gevaarlijk;
    rijk arm; vol leeg; dicht open; veel weinig; makkelijk moeilijk; diep ondiep; dik dun;
    positief negatief; direct indirect; zichtbaar onzichtbaar; druk rustig; warm koud; vast los
"""
STRONG_VERBS = """
    nemen neemt nam namen genomen; geven geeft gaf gaven gegeven; komen komt kwam kwamen gekomen;
    gaan gaat ging gingen gegaan; staan staat stond stonden gestaan; doen doet deed deden gedaan;
    lopen loopt liep liepen gelopen; vallen valt viel vielen gevallen; houden houdt hield hielden
    gehouden; brengen brengt bracht brachten gebracht; trekken trekt trok trokken getrokken; sluiten
    sluit sloot sloten gesloten; schrijven schrijft schreef schreven geschreven; wijzen wijst wees
    wezen gewezen; kiezen kiest koos kozen gekozen; verliezen verliest verloor verloren; krijgen
    krijgt kreeg kregen gekregen; blijven blijft bleef bleven gebleven; stijgen stijgt steeg stegen
    gestegen; dragen draagt droeg droegen gedragen; helpen helpt hielp hielpen geholpen; treffen
    treft trof troffen getroffen; vragen vraagt vroeg vroegen gevraagd; spreken spreekt sprak spraken
    gesproken; kopen koopt kocht kochten gekocht; zoeken zoekt zocht zochten gezocht; denken denkt
    dacht dachten gedacht; vinden vindt vond vonden gevonden; binden bindt bond bonden gebonden;
    winnen wint won wonnen gewonnen; beginnen begint begon begonnen; zenden zendt zond zonden
    gezonden; schuiven schuift schoof schoven geschoven; bieden biedt bood boden geboden; verbieden
    verbiedt verbood verboden; rijden rijdt reed reden gereden; varen vaart voer voeren gevaren;
    vergen vergt vergde; zien ziet zag zagen gezien; lezen leest las lazen gelezen; leggen legt
    legde legden gelegd; liggen ligt lag lagen gelegen; laten laat liet lieten gelaten; werven werft
    wierf wierven geworven; sterven sterft stierf stierven gestorven; slaan slaat sloeg sloegen
    geslagen; verdwijnen verdwijnt verdween verdwenen; verschijnen verschijnt verscheen verschenen;
    blijken blijkt bleek gebleken; schieten schiet schoot schoten geschoten; scheiden scheidt
    scheidde gescheiden; springen springt sprong gesprongen; zwemmen zwemt zwom gezwommen; meten meet
    mat maten gemeten; heffen heft hief hieven geheven; roepen roept riep riepen geroepen; ontvangen
    ontvangt ontving ontvingen; bewegen beweegt bewoog bewogen; besluiten besluit besloot besloten;
    snijden snijdt sneed gesneden; lijden lijdt leed leden geleden; stellen stelt stelde gesteld;
    zetten zet zette zetten gezet; steken steekt stak staken gestoken; werpen werpt wierp geworpen;
    hangen hangt hing hingen gehangen; raden raadt raadde geraden; onderzoeken onderzoekt onderzocht
    onderzochten; schelden scheldt schold gescholden; dringen dringt drong gedrongen; wegen weegt
    woog gewogen; ruimen ruimt; bestaan bestaat bestond bestonden
"""
PREFIXES = (
    "aan achter achteruit af be bij binnen deel dicht door er her in kwijt mee na om omhoog omlaag on ont "
    "onder op open over samen stil stop tegen teniet terug toe uit vast ver voor vooruit vrij weer weg"
).split()
SEPARABLE = """
    nemen: af toe over mee aan op deel terug weg in uit; gaan: omlaag omhoog dicht open in door uit
    achteruit vooruit over; komen: tekort terug bij overeen; doen: mee; lopen: op af terug uit in;
    vallen: af uit weg; trekken: in terug aan op; staan: toe open leeg; stellen: in uit vast; leggen:
    op vast stil uit; brengen: terug in uit; geven: toe uit terug aan; laten: toe; zetten: in stop uit
    voort; schuiven: op door; houden: in op; wijzen: af aan toe; schaffen: af aan; keuren: goed af;
    vragen: aan; melden: aan af; bieden: aan; schrijven: voor in; voeren: in uit af; breiden: uit;
    passen: aan toe; tonen: aan; hangen: af; sluiten: aan af uit; delen: uit toe mee; treden: in op
    toe; werken: mee samen; bouwen: af op; kondigen: aan; tellen: mee; betalen: terug uit; keren: uit
    terug; leveren: op aan; breken: af; huren: in; sturen: op aan; kijken: na; krijgen: terug
"""
# What goes up and what goes down: each is the opposite of all of the other.
RISING = """
    stijgen stijgt steeg stegen gestegen stijging toenemen toename groeien groei verhogen verhoging omhoog omhooggaan
    klimmen verdubbelen verdubbeld verdubbeling vermeerderen vergroten uitbreiden
    uitbreiding opgehoogd
"""
FALLING = """
    dalen daalt daalde daalden gedaald daling afnemen afname verminderen vermindering verlagen verlaging omlaag
    omlaaggaan teruglopen zakken krimpen krimp slinken halveren gehalveerd halvering inkrimpen
    verkleinen teruggebracht
"""
# Bodies, roles, seasons and days: one is exchanged for another, and seldom put in other words.
FIXED = """
    gemeente provincie rijk waterschap politie rechter rechtbank burgemeester wethouder gemeenteraad
    inspectie inspecteur verzekeraar bank notaris accountant officier raad college bestuur directie
    directeur aandeelhouder leverancier werkgever werknemer vakbond branche koepel vereniging stichting
    corporatie verhuurder huurder rederij vervoerder universiteit school leraar leerling student ouder
    ouders kind arts huisarts ziekenhuis patiënt agent officier brandweer ambulance boa defensie leger
    ministerie belastingdienst ondernemer onderneming consument burger inwoner bewoner boer teler
    verdachte slachtoffer advocaat ambtenaar ombudsman rekenkamer toezichthouder commissie adviseur
    onderzoeker journalist krant organisatie vrijwilliger mantelzorger gezin huishouden
    voorjaar lente zomer najaar herfst winter maandag dinsdag woensdag donderdag vrijdag zaterdag
    zondag weekend noorden oosten zuiden westen
"""
