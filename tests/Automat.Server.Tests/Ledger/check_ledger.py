#!/usr/bin/env python3
"""Verifies `automat ledger export` without any of the server's code.

    automat ledger export | check_ledger.py [FIRST]

Reads the export from standard input and says of each organisation whether its chain is unbroken, or which row is the
first that is wrong. FIRST is the number the export begins with, 1 by default. Exits with 0 (unbroken) or 1 (broken).
What the export does not hold cannot be checked here: compare the head with one you noted earlier.
"""
import hashlib
import json
import re
import sys


def not_whole(text):
    raise ValueError(text + " is no whole number")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def wrong(row, expected, previous, sums):
    """What is wrong with a row: the code `automat ledger verify` uses and the row's number; None if nothing is."""
    if row["sequence"] != expected:
        return ("row_unexpected", row["sequence"]) if row["sequence"] < expected else ("row_missing", expected)
    payload_hash = hashlib.sha256(row["payload"].encode()).digest()
    if payload_hash.hex() != row["payload_hash"]:
        return "payload_changed", expected
    if row["prev_hash"] != previous:
        return "link_broken", expected
    nonce = bytes.fromhex(row["nonce"])
    timestamp = row["timestamp"].to_bytes(8, "big", signed=True)
    link = bytes.fromhex(previous) + payload_hash + timestamp + nonce
    if len(nonce) != 16 or hashlib.sha256(link).hexdigest() != row["chain_hash"]:
        return "chain_changed", expected
    try:
        payload = json.loads(row["payload"], parse_float=not_whole, parse_constant=not_whole)
        if canonical(payload) != row["payload"]:
            return "payload_not_canonical", expected
        if list(payload) != ["currency", "details", "kind", "organization", "postings", "sequence"]:
            return "payload_not_canonical", expected
        if not re.fullmatch("[A-Z]{3}", payload["currency"]):
            return "payload_not_canonical", expected
        postings = [{"account": a, "amount": n, "currency": payload["currency"]} for a, n in payload["postings"]]
    except (ValueError, TypeError):
        return "payload_not_canonical", expected
    if any(payload[name] != row[name] for name in ("kind", "organization", "sequence")) or postings != row["postings"]:
        return "columns_differ", expected
    if sum(p["amount"] for p in postings) != 0:
        return "unbalanced", expected
    line = payload["details"].get("credit_line", 0)
    for p in postings:
        account = (p["account"], p["currency"])
        sums[account] = sums.get(account, 0) + p["amount"]
        if sums[account] < -line and p["amount"] < 0 and p["account"].startswith("chip:") and sums["whole"]:
            return "chip_overdrawn", expected
    return None


def main():
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    ledgers = {}
    for line in sys.stdin.buffer:
        row = json.loads(line)
        name = row["organization"]
        start = "00" * 32 if first == 1 else row["prev_hash"]
        ledger = ledgers.setdefault(
            name, {"next": first, "head": start, "sums": {"whole": first == 1}, "broken": None})
        if ledger["broken"]:
            continue
        ledger["broken"] = wrong(row, ledger["next"], ledger["head"], ledger["sums"])
        if not ledger["broken"]:
            ledger["next"] += 1
            ledger["head"] = row["chain_hash"]
    for name, ledger in ledgers.items():
        if ledger["broken"]:
            print("%s: BROKEN at row %d (%s)" % (name, ledger["broken"][1], ledger["broken"][0]))
        else:
            print("%s: %s entries, unbroken, head %s" % (name, format(ledger["next"] - first, ","), ledger["head"]))
    return 1 if any(ledger["broken"] for ledger in ledgers.values()) else 0


sys.exit(main())
