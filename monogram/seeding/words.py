"""What the seeded shop is made of: kinds of goods that people have their names put on, and the people who buy them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of goods. `options`: name -> values, at most three. Prices in the store's currency, weights in kilograms."""

    name: str
    options: dict[str, tuple[str, ...]]
    price: tuple[int, int]
    weight: float
    picture: str  # a file of demo/products
    says: str


KINDS = (
    Kind("Mug", {"Colour": ("White", "Black", "Sea green"), "Size": ("11 oz", "15 oz")}, (14, 22), 0.4, "art/mug-base.jpg",
         "Stoneware, glazed inside and out, printed all around. Safe in the dishwasher."),
    Kind("T-shirt", {"Colour": ("White", "Navy", "Heather"), "Size": ("S", "M", "L", "XL")}, (19, 29), 0.2,
         "art/shirt-navy-base.jpg", "Combed cotton, 180 grams, cut straight. Printed front and back on request."),
    Kind("Wall clock", {"Wood": ("Oak", "Walnut")}, (36, 58), 0.9, "art/clock-base.jpg",
         "A quiet movement behind a printed face, twelve inches across."),
    Kind("Cushion", {"Size": ("40 cm", "50 cm"), "Back": ("Linen", "Velvet")}, (24, 42), 0.5, "photos/dandelions.jpg",
         "Printed edge to edge, with a hidden zip and a filling of feathers."),
    Kind("Phone case", {"Model": ("A15", "A16", "S24", "S25"), "Finish": ("Matt", "Gloss")}, (15, 27), 0.05, "photos/lake.jpg",
         "A hard shell printed on five sides; the edges stand above the glass."),
    Kind("Poster", {"Size": ("30 × 40 cm", "50 × 70 cm", "70 × 100 cm")}, (18, 64), 0.3, "photos/lake.jpg",
         "Heavy uncoated paper and pigment inks that outlast the frame."),
    Kind("Tote bag", {"Colour": ("Natural", "Black")}, (13, 21), 0.15, "art/mountain-badge.png",
         "Twelve ounces of cotton canvas with long handles."),
    Kind("Jigsaw puzzle", {"Pieces": ("120", "500", "1000")}, (22, 45), 0.6, "photos/spaniels.jpg",
         "Cut from grey board, in a box with the same picture."),
    Kind("Notebook", {"Ruling": ("Lined", "Dotted", "Plain"), "Cover": ("Soft", "Hard")}, (11, 19), 0.3,
         "art/mountain-badge.png", "Sewn binding, 160 pages, a name foiled on the cover."),
    Kind("Pet bowl", {"Size": ("Small", "Large")}, (16, 28), 0.7, "photos/spaniels.jpg",
         "Ceramic, with a rubber ring underneath. The name is fired in and stays."),
    Kind("Blanket", {"Size": ("100 × 150 cm", "150 × 200 cm")}, (39, 79), 1.1, "photos/dandelions.jpg",
         "Woven on both sides from your picture; washes at forty degrees."),
    Kind("Keyring", {}, (7, 14), 0.03, "art/mountain-badge.png", "Laser-cut and engraved on one side or on both."),
)

THEMES = (
    "Family name", "First birthday", "Our wedding", "New home", "Best friends", "Grandma's garden", "Class of the year", "Team",
    "Dog portrait", "Cat portrait", "Mountain badge", "Star map", "Travel", "Baby footprints", "Anniversary", "Retirement",
    "Monogram", "Zodiac", "Coordinates", "Heart of names", "Vintage", "Botanical", "Little astronaut", "Dinosaur",
)  # fmt: skip
MANNERS = ("with a photo", "with two names", "with initials", "in gold", "in blue", "for two", "for the whole family",
           "hand-lettered", "minimal", "with a date", "with a map", "as a gift set")  # fmt: skip
TAGS = ("gift", "personalized", "bestseller", "new", "wedding", "birthday", "pets", "home", "kids", "engraved", "eco")
VENDORS = ("Alder & Finch", "Northlight Press", "Kiln Row", "Paper Moon", "Harbour Goods", "瑞木工坊")

# (first names, last names, country, code, cities with zip, province and its code)
PEOPLE = (
    (("Emma", "Olivia", "Noah", "Liam", "Ava", "Mason", "Sophia", "Ethan"), ("Norman", "Smith", "Johnson", "Brown", "Davis"),
     "United States", "US", (("Louisville", "40202", "Kentucky", "KY"), ("Portland", "97201", "Oregon", "OR"),
                             ("Austin", "78701", "Texas", "TX"), ("Madison", "53703", "Wisconsin", "WI"))),
    (("Lena", "Jonas", "Mia", "Felix", "Anna", "Paul"), ("Müller", "Schäfer", "Weiß", "Köhler", "Vogel"),
     "Germany", "DE", (("Leipzig", "04109", "Sachsen", "SN"), ("Köln", "50667", "Nordrhein-Westfalen", "NW"))),
    (("伟", "芳", "娜", "秀英", "敏", "静"), ("王", "李", "张", "刘", "陈"),
     "China", "CN", (("深圳", "518000", "广东", "GD"), ("杭州", "310000", "浙江", "ZJ"))),
    (("Léa", "Hugo", "Chloé", "Louis"), ("Dupont", "Lefèvre", "Moreau"),
     "France", "FR", (("Lyon", "69001", "Auvergne-Rhône-Alpes", "ARA"), ("Nantes", "44000", "Pays de la Loire", "PDL"))),
    (("سارة", "محمد", "ليلى", "عمر"), ("الحسن", "العلي", "منصور"),
     "United Arab Emirates", "AE", (("دبي", "00000", "دبي", "DU"), ("أبوظبي", "00000", "أبوظبي", "AZ"))),
    (("さくら", "陽翔", "結衣", "蓮"), ("佐藤", "鈴木", "高橋"),
     "Japan", "JP", (("横浜市", "220-0011", "神奈川県", "JP-14"), ("京都市", "600-8216", "京都府", "JP-26"))),
    (("Sofía", "Mateo", "Valentina", "Lucas"), ("García", "Martínez", "López"),
     "Spain", "ES", (("Sevilla", "41001", "Andalucía", "AN"), ("Bilbao", "48001", "País Vasco", "PV"))),
)  # fmt: skip
STREETS = ("Chestnut Street", "Harbour Road", "Mill Lane", "Station Road", "Linden Avenue", "Orchard Way", "Kirchweg",
           "湖滨路")  # fmt: skip
CARRIERS = (("DHL", "3306"), ("UPS", "100002"), ("FedEx", "100003"), ("顺丰速运", "100012"), ("4PX", "190094"))
NOTES = ("", "", "", "", "Please wrap it as a gift.", "Ring twice.", "请尽快发货", "Leave with the neighbour.")
COMMENTS = ((5, "Exactly like the preview. The kids love it."), (5, "物廉价美"), (4, "Lovely print, came a day late."),
            (5, "Bought three more for the family."), (3, "Nice, but smaller than I thought."),
            (5, "Parfait, merci !"))  # fmt: skip
