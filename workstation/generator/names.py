"""Names as in a Swedish region today: by origin and sex, and how an origin speaks and lives.

Common names only, combined at random: no person is meant.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a family's names come from.

    ``language`` is the mother tongue in Swedish; ``interpreter`` how often one is needed (0-1).
    ``feminine`` maps masculine surname endings to feminine ones.
    """

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    language: str = "svenska"
    interpreter: float = 0.0
    feminine: tuple[tuple[str, str], ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SWEDISH_FAMILIES = _words(
    """Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson
    Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström
    Olofsson Lindqvist Lindgren Berg Axelsson Bergström Lundberg Lind Lundgren Lundqvist Mattsson
    Berglund Fredriksson Sandberg Henriksson Forsberg Sjöberg Wallin Engström Danielsson Håkansson
    Eklund Lundin Gunnarsson Holm Björk Bergman Samuelsson Fransson Wikström Isaksson Bergqvist
    Arvidsson Nyström Holmberg Löfgren Söderberg Nyberg Blomqvist Claesson Nordström Mårtensson
    Lundström Viklund Björklund Eliasson Berggren Sandström Nordin Ström Åberg Hermansson Ekström
    Falk Holmgren Sundberg Hedlund Dahlberg Hellström Sjögren Öberg Åkesson Strömberg Martinsson
    Blom Dahl Månsson Abrahamsson Norberg Ek Jonasson Åström Sundström Öhman Ivarsson Ahlberg
    Malmgren Hedberg Edlund Svedberg Rosén Wiklund Åhlund Östlund Söderlund Kjellberg Sköld"""
)

_OLDER = Origin(
    female=_words(
        """Anna-Lisa Astrid Barbro Berit Birgit Birgitta Brita Britt Dagny Doris Elsa Elsie Gerd
        Gertrud Greta Gudrun Gun Gunborg Gunnel Gunvor Inga Ingegerd Ingeborg Inger Ingrid Iris
        Karin Kerstin Lilly Maj-Britt Margareta Margit Märta Rut Signe Siv Sonja Stina Sylvia
        Ulla Ulla-Britt Vivianne Vera Viola Wanja Yvonne Åsa-Lena Anita Ann-Marie"""
    ),
    male=_words(
        """Allan Arne Arvid Axel Bengt Berndt Bertil Birger Bo Börje Einar Erik Ernst Evert Folke
        Georg Gunnar Gustav Göran Göte Harry Helge Henry Hilding Holger Ingemar Ingvar Ivar Karl-Erik
        Kjell Knut Kurt Lars-Erik Lennart Nils Olle Ove Ragnar Rolf Roland Rune Sigvard Sixten Sten
        Stig Sture Sune Sven Tage Torsten Tore Uno Valter Verner Åke Östen"""
    ),
    family=_SWEDISH_FAMILIES,
)
_MIDDLE = Origin(
    female=_words(
        """Agneta Ann Anna Annika Anneli Camilla Carina Caroline Cecilia Charlotta Christina
        Elisabeth Erika Eva Gunilla Helena Helene Jenny Jessica Johanna Karolina Katarina Kristina
        Lena Linda Lisbeth Lotta Louise Madeleine Malin Maria Marianne Marie Marita Martina Monica
        Pernilla Petra Pia Sara Sofia Susanne Therese Ulrika Viktoria Åsa Ylva"""
    ),
    male=_words(
        """Anders Andreas Christer Christian Claes Conny Daniel David Fredrik Hans Henrik Håkan
        Jan Jens Jesper Joakim Johan John Jonas Jörgen Kenneth Kent Klas Kristoffer Lars Leif Magnus
        Marcus Martin Mats Mattias Michael Mikael Niklas Olof Patrik Per Peter Pär Richard Robert
        Roger Stefan Thomas Tobias Tommy Tony Torbjörn Ulf Urban"""
    ),
    family=_SWEDISH_FAMILIES,
)
_YOUNGER = Origin(
    female=_words(
        """Agnes Alice Alicia Alma Alva Amanda Astrid Clara Ebba Elin Ella Elvira Emilia Emma Ester
        Felicia Freja Frida Hanna Hedda Ida Ines Ingrid Iris Isabelle Julia Juni Klara Leia Lilly
        Linnea Livia Lova Maja Matilda Meja Moa Molly Nathalie Nellie Nora Olivia Rebecka Saga
        Selma Signe Siri Stella Tilda Tilde Tuva Tyra Vera Wilma"""
    ),
    male=_words(
        """Adam Albin Alexander Alfred Algot Anton Arvid August Axel Benjamin Björn Casper Charlie
        Edvin Elias Elliot Elton Emil Filip Frans Gabriel Gustav Harry Hugo Isak Jack Jakob Joel
        Josef Kevin Leo Liam Linus Loke Love Lucas Ludvig Malte Matteo Max Melvin Nils Noah Noel
        Oliver Oscar Otto Sam Sigge Simon Theo Ture Valter Viggo Vincent Wilhelm William"""
    ),
    family=_SWEDISH_FAMILIES,
)

_ARABIC = Origin(
    female=_words(
        """Aisha Amal Amina Dalia Dina Fatima Hala Hanan Huda Iman Khadija Layla Lina Maha Mariam
        Maryam Nadia Noor Rana Rania Rasha Reem Salma Samira Sana Yasmin Zahra Zainab"""
    ),
    male=_words(
        """Abdullah Ahmad Ali Amir Anas Bilal Fadi Hamza Hassan Hussein Ibrahim Jamal Karim Khaled
        Mahmoud Mohammed Mustafa Omar Osama Rami Samir Tarek Walid Yousef Ziad"""
    ),
    family=_words(
        """Al-Ali Al-Hassan Al-Jabouri Al-Khalil Al-Masri Al-Najjar Al-Saleh Ahmad Aziz Darwish
        Farah Habib Haddad Hamdan Ibrahim Issa Kassab Khalil Khoury Mansour Mousa Nasser Rahman
        Saleh Shamoun Suleiman Youssef Yousif"""
    ),
    language="arabiska",
    interpreter=0.45,
)
_SOMALI = Origin(
    female=_words("Amina Asha Ayaan Deqa Fadumo Faiza Halima Hodan Ifrah Ikran Khadra Nimo Sagal"),
    male=_words("Abdi Abdirahman Abshir Ahmed Bashir Farah Guled Hassan Jama Liban Mahad Yusuf"),
    family=_words(
        """Abdi Abdulle Adan Ahmed Ali Aweys Barre Dahir Farah Hassan Hersi Ismail Jama Mohamed
        Mohamud Nur Omar Osman Roble Warsame Yusuf"""
    ),
    language="somaliska",
    interpreter=0.5,
)
_FINNISH = Origin(
    female=_words(
        "Aila Anneli Eila Eeva Helmi Irja Kaarina Kirsti Leena Liisa Marjatta Pirjo Raili"
    ),
    male=_words("Aarne Antti Eero Erkki Esko Heikki Jorma Kalevi Martti Matti Paavo Pekka Tapio"),
    family=_words(
        """Hakala Heikkinen Hiltunen Hämäläinen Järvinen Karjalainen Koivisto Korhonen Koskinen
        Laine Lehtonen Mäkelä Mäkinen Niemi Nieminen Rantanen Saarinen Salonen Virtanen"""
    ),
    language="finska",
    interpreter=0.15,
)
_BOSNIAN = Origin(
    female=_words(
        "Alma Amela Amra Azra Dženana Edina Emina Fikreta Jasmina Lejla Mirela Sanela Selma"
    ),
    male=_words(
        "Adnan Almir Amar Armin Damir Edin Elvir Emir Haris Jasmin Mirza Nedžad Samir Senad"
    ),
    family=_words(
        """Alić Avdić Bajrić Begić Delić Dizdarević Hadžić Halilović Hasanović Ibrahimović Imamović
        Kovačević Mehmedović Mujić Omerović Osmanović Salihović Smajić Suljić"""
    ),
    language="bosniska",
    interpreter=0.15,
)
_POLISH = Origin(
    female=_words(
        "Agnieszka Aleksandra Barbara Beata Danuta Elżbieta Ewa Joanna Katarzyna Magda Zofia"
    ),
    male=_words(
        "Adam Andrzej Grzegorz Jan Jacek Krzysztof Marek Paweł Piotr Stanisław Tomasz Wojciech"
    ),
    family=_words(
        """Adamski Dąbrowski Górski Jankowski Kamiński Kowalczyk Kowalski Lewandowski Mazur Nowak
        Pawlak Szymański Wiśniewski Wojciechowski Woźniak Zieliński"""
    ),
    language="polska",
    interpreter=0.2,
    feminine=(("ski", "ska"),),
)
_PERSIAN = Origin(
    female=_words("Azadeh Fereshteh Leila Mahnaz Maryam Mina Nasrin Parisa Roya Shirin Soraya"),
    male=_words("Ali Arash Babak Behrouz Dariush Farhad Hamid Kamran Mehdi Reza Saeed Shahram"),
    family=_words(
        "Ahmadi Akbari Azizi Bahrami Ebrahimi Hosseini Jafari Karimi Moradi Rahimi Rostami"
    ),
    language="persiska",
    interpreter=0.2,
)
_TIGRINYA = Origin(
    female=_words("Abeba Elsa Feven Helen Luwam Rahel Saba Selam Senait Tsehay Winta"),
    male=_words("Abel Biniam Dawit Filmon Habtom Kidane Merhawi Robel Samuel Tesfay Yonas"),
    family=_words("Abraha Berhane Ghebremedhin Habte Haile Kidane Mehari Tekle Tesfay Woldu Zerai"),
    language="tigrinska",
    interpreter=0.6,
)

_ELSEWHERE: tuple[tuple[Origin, float], ...] = (
    (_ARABIC, 34),
    (_FINNISH, 14),
    (_BOSNIAN, 16),
    (_SOMALI, 13),
    (_POLISH, 10),
    (_PERSIAN, 8),
    (_TIGRINYA, 5),
)


def origins_of(birth_year: int) -> tuple[tuple[Origin, float], ...]:
    """Return the origins of people born in ``birth_year``, with weights that sum to about 100."""
    if birth_year < 1952:
        return ((_OLDER, 88), (_FINNISH, 7), (_POLISH, 1.5), (_BOSNIAN, 1.5), (_ARABIC, 1.5))
    swedish = _MIDDLE if birth_year < 1988 else _YOUNGER
    abroad = tuple((origin, weight * 0.24) for origin, weight in _ELSEWHERE)
    return ((swedish, 76), *abroad)


def newcomers() -> tuple[tuple[Origin, float], ...]:
    """Return the origins of people who have just arrived."""
    return ((_ARABIC, 5), (_SOMALI, 2), (_TIGRINYA, 2), (_PERSIAN, 2), (_POLISH, 1))


def working_age() -> tuple[tuple[Origin, float], ...]:
    """Return the origins of staff."""
    return ((_MIDDLE, 60), (_YOUNGER, 20), *((origin, w * 0.2) for origin, w in _ELSEWHERE))


def family_name(origin: Origin, name: str, *, female: bool) -> str:
    """Return the surname in the form its bearer uses."""
    if female:
        for masculine, feminine in origin.feminine:
            if name.endswith(masculine):
                return name.removesuffix(masculine) + feminine
    return name
