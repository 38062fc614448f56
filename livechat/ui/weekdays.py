"""On which day a week begins, by the language of a browser. After the week data of the CLDR; else on Monday."""

import re

SUNDAY, MONDAY, SATURDAY = 0, 1, 6
_SUNDAY = (
    'AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV '
    'TH TT TW UM US VE VI WS YE ZA ZW'
)
_SATURDAY = 'AE AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY'
_REGIONS = {
    'am': 'ET', 'ar': 'EG', 'bn': 'BD', 'en': 'US', 'fa': 'IR', 'fil': 'PH', 'gu': 'IN', 'he': 'IL', 'hi': 'IN', 'id': 'ID', 'ja': 'JP',
    'km': 'KH', 'kn': 'IN', 'ko': 'KR', 'lo': 'LA', 'ml': 'IN', 'mr': 'IN', 'my': 'MM', 'ne': 'NP', 'pa': 'IN', 'pt': 'BR', 'ta': 'IN',
    'te': 'IN', 'th': 'TH', 'ur': 'PK', 'zu': 'ZA',
}  # fmt: skip
"""Where most of those live who name no region; only where the week does not begin on Monday."""
_TAG = re.compile(r'\s*([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}))?(?![a-z0-9])', re.ASCII | re.IGNORECASE)


def first_weekday(accept_language: str) -> int:
    """As calendars count, from 0 for Sunday, of the language that the header of that name puts first."""
    found = _TAG.match(accept_language)
    if found is None:
        return MONDAY
    region = (found[2] or '').upper() or _REGIONS.get(found[1].lower(), '')
    return SUNDAY if region in _SUNDAY.split() else SATURDAY if region in _SATURDAY.split() else MONDAY
