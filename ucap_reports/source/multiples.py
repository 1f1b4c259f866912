"""The words by which a number is multiplied, as in "2.5 million", by which numbers are recognised in plans and in what
YAML has made of them.
"""

from collections.abc import Mapping

MULTIPLES: Mapping[str, float] = {
    **dict.fromkeys(
        (
            "k",
            "thousand",
            "thousands",
            "milliers",
            "migliaia",
            "mille",
            "tausend",
            "tsd",
            "千",
            "千人",
            "천",
            "nghìn",
            "ribu",
            "тыс",
            "tys",
        ),
        1e3,
    ),
    **dict.fromkeys(("тысяча", "тысячи", "тысяч", "тисяч", "duizend", "tusen", "tuhatta", "tysięcy", "tisíc"), 1e3),
    **dict.fromkeys(("mila", "ezer", "χιλιάδες", "ألف", "آلاف", "हज़ार"), 1e3),
    **dict.fromkeys(("万", "萬", "万人", "만"), 1e4),
    **dict.fromkeys(("lakh", "lakhs", "लाख", "十万", "십만"), 1e5),
    **dict.fromkeys(
        ("m", "mio", "mn", "mln", "million", "millions", "millionen", "百万", "百万人", "백만", "triệu", "juta"), 1e6
    ),
    **dict.fromkeys(
        ("millón", "millones", "milhão", "milhões", "milione", "milioni", "miljoen", "milió", "milions"), 1e6
    ),
    **dict.fromkeys(("milion", "miliony", "milionów", "milionů", "miliónov", "milioane", "millió", "milijun"), 1e6),
    **dict.fromkeys(("milijuna", "milijonov", "miljon", "miljoner", "millioner", "miljoonaa", "miljonit", "млн"), 1e6),
    **dict.fromkeys(("mill", "milyon", "миллион", "миллиона", "миллионов", "мільйон", "мільйони", "мільйонів"), 1e6),
    **dict.fromkeys(("милион", "милиона", "εκατομμύρια", "εκατομμύριο", "مليون", "ملايين"), 1e6),
    **dict.fromkeys(("crore", "crores", "करोड़", "千万", "천만"), 1e7),
    **dict.fromkeys(("亿", "億", "억", "亿人", "億人"), 1e8),
    **dict.fromkeys(("十亿", "十億", "십억", "миллиард", "миллиарда", "миллиардов", "мільярд", "мільярдів"), 1e9),
    **dict.fromkeys(
        ("bn", "mrd", "md", "mds", "mld", "billion", "billions", "milliard", "milliards", "milliarde"), 1e9
    ),
    **dict.fromkeys(("milliarden", "miliardo", "miliardi", "miliard", "miljard", "млрд", "tỷ"), 1e9),
}
"""Words after a number, by which it is multiplied."""
