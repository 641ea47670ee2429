#!/usr/bin/env python3
"""Writes an operator's own records for tests: customer.cpy, customer.dat (EBCDIC), customer.jsonl.

    customer_data.py FOLDER

The expected values come from the values, not from a decoder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

COPYBOOK = """\
       01  CUSTOMER.
           05  CUSTOMER-ID       PIC 9(6).
           05  CUSTOMER-NAME     PIC X(12).
           05  BALANCE           PIC S9(5)V99 COMP-3.
"""


def packed(cents: int) -> bytes:
    """Seven digits and a sign, two to a byte."""
    return bytes.fromhex(f"{abs(cents):07}{'d' if cents < 0 else 'c'}")


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    records, expected = bytearray(), []
    for number in range(1, 501):
        name, cents = f"Customer {number % 97:3}", number * 7919 % 9999999 - 4999999
        records += f"{number:06}{name:12}".encode("cp037") + packed(cents)
        sign = "-" if cents < 0 else ""
        balance = f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
        expected.append(
            {
                "CUSTOMER-ID": number,
                "CUSTOMER-NAME": f"{name:12}",
                "BALANCE": balance,
            }
        )
    (folder / "customer.cpy").write_text(COPYBOOK, encoding="ascii")
    (folder / "customer.dat").write_bytes(records)
    (folder / "customer.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in expected), encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
