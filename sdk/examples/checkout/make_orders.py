#!/usr/bin/env python3
"""Writes orders.json: the same thousand orders every time. Run it again after changing it."""
import json
import pathlib
import random

ORDERS = 1_000
dice = random.Random(20_261_122)

# Names and places of many scripts, with combining marks and characters outside the BMP.
PEOPLE = [
    ("Ada Lovelace", "12 St James's Square", "London", "United Kingdom"),
    ("Jürgen Müßig", "Große Straße 7", "Köln", "Germany"),
    ("Zoë Ångström", "Östra Hamngatan 3", "Göteborg", "Sweden"),
    ("Łukasz Żółć", "ul. Świętokrzyska 14", "Łódź", "Poland"),
    ("Ólafur Þór", "Skólavörðustígur 5", "Reykjavík", "Iceland"),
    ("Nguyễn Thị Hạnh", "36 Phố Hàng Gai", "Hà Nội", "Vietnam"),
    ("Cafe\u0301 Noe\u0308l", "4 rue de l'E\u0301glise", "Orle\u0301ans", "France"),
    ("Анна Ковальчук", "вул. Хрещатик 22", "Київ", "Ukraine"),
    ("Ελένη Παπαδοπούλου", "Οδός Ερμού 10", "Αθήνα", "Greece"),
    ("山田 太郎", "渋谷区神南1丁目", "東京都", "Japan"),
    ("김민준", "강남대로 396", "서울", "South Korea"),
    ("李小龙", "南京东路 100 号", "上海", "China"),
    ("محمد الأحمد", "شارع الحمرا ٨", "بيروت", "Lebanon"),
    ("שרה כהן", "רחוב דיזנגוף 50", "תל אביב", "Israel"),
    ("अनिता शर्मा", "१२ महात्मा गांधी मार्ग", "मुंबई", "India"),
    ("สมชาย ใจดี", "ถนนสุขุมวิท ๒๑", "กรุงเทพ", "Thailand"),
    ("Թամար Պետրոսյան", "Աբովյան փողոց 3", "Երևան", "Armenia"),
    ("ნინო ბერიძე", "რუსთაველის 8", "თბილისი", "Georgia"),
    ("𠮷野 花子", "祇園町南側", "京都市", "Japan"),
    ("Flo 👩🏽‍🚀 Orbit", "Rue de la Fusée 🚀", "Toulouse", "France"),
    ("Robert'); DROP TABLE orders;--", "1 \"Quoted\" Lane\\", "Smalltown", "United States"),
    ("Z\u0335a\u0336l\u0337g\u0338o", "Tab\tand\nnewline road", "Nowhere", "United States"),
]
GOODS = [  # title, cents, whether there is plenty
    ("Espresso cup ☕", 1_250, True), ("Teapot, cast iron", 6_490, True),
    ("Bücherregal „Ivar“", 12_900, True), ("自転車 (bicycle)", 48_900, False),
    ("Клавиатура", 8_990, True), ("Noise-cancelling headphones", 27_900, True),
    ("Graphics card", 61_900, False), ("Sack of rice, 25 kg", 3_990, True),
    ("Signed first edition", 99_900, False), ("Socks (pair) 🧦", 590, True),
    ("Desk lamp", 4_490, True), ("Cello strings", 15_900, True),
    ("Sourdough starter", 790, False), ("Solar panel", 22_900, True),
    ("Rubber duck 🦆", 350, True), ("Telescope 🔭", 74_900, True),
]


def card():
    return dice.choices(["tok_visa", "tok_declined", "tok_flaky_1", "tok_flaky_2"],
                        [80, 8, 8, 4])[0]


def order(number):
    name, street, city, country = dice.choice(PEOPLE)
    if dice.random() < 0.02:
        city, country = "McMurdo Station", "Antarctica"  # no courier goes there
    lines = [{"sku": f"sku-{n:02}", "title": GOODS[n][0], "quantity": dice.randint(1, 3),
              "cents": GOODS[n][1]}
             for n in sorted(dice.sample(range(len(GOODS)), dice.choice([1, 1, 1, 2, 2, 3])))]
    return {"id": f"order-{number:04}",
            "ship_to": {"name": name, "street": street, "city": city, "country": country},
            "card": card(), "lines": lines}


def approver(orders):
    """Most answer in time; some say no, some answer after the window of 3 s, some never do."""
    plans = {}
    for each in orders:
        if sum(l["quantity"] * l["cents"] for l in each["lines"]) <= 50_000:
            continue
        kind = dice.choices(["yes", "no", "late", "never"], [70, 12, 9, 9])[0]
        if kind == "never":
            continue
        after = dice.randint(4_000, 5_000) if kind == "late" else dice.randint(50, 1_500)
        plans[each["id"]] = {"answer": kind != "no", "after_ms": after}
    return plans


def main():
    orders = [order(n) for n in range(1, ORDERS + 1)]
    stock = {f"sku-{n:02}": 5_000 if plenty else 150 for n, (_, _, plenty) in enumerate(GOODS)}
    rows = ",\n".join("  " + json.dumps(o, ensure_ascii=False) for o in orders)
    plans = ",\n".join(f'  "{k}": {json.dumps(v)}' for k, v in approver(orders).items())
    text = (f'{{"stock": {json.dumps(stock)},\n"approver": {{\n{plans}\n}},\n'
            f'"orders": [\n{rows}\n]}}\n')
    pathlib.Path(__file__).with_name("orders.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
