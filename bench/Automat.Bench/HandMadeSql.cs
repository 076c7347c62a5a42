using System.Security.Cryptography;
using Automat.Domain.Ledger;
using Npgsql;

namespace Automat.Bench;

/// <summary>
/// The limit of one transaction a sale: everything a sale writes in a single statement, made by hand. It even has it
/// easier than ours: one answer instead of two, and the vend is written once, finished.
/// </summary>
internal static class HandMadeSql
{
    public const string Create = """
        create or replace function bench_vend(org uuid, key text, vend uuid, chip text, at bigint, n1 bytea, n2 bytea)
        returns bigint language plpgsql as $body$
        declare
            seq bigint; prev bytea; p1 text; p2 text; h1 bytea; h2 bytea; c1 bytea; c2 bytea;
            who text := format('"machine":"SNACK-1","vend":"%s"', vend);
        begin
            select sequence, chain_hash into seq, prev from ledger_heads where organization_id = org for update;
            insert into journal_answers (organization_id, key, fingerprint, answer, answered_at)
                values (org, key, 'chip:' || chip || ':1.50 EUR', convert_to('"' || vend || '"', 'UTF8'), now())
                on conflict do nothing;
            if not found then return 0; end if;
            update balances set amount = amount - 150
                where organization_id = org and account = 'chip:' || chip and currency = 'EUR' and amount >= 150;
            if not found then raise 'insufficient_credit'; end if;
            update balances set amount = amount + 140
                where organization_id = org and account = 'revenue:SNACK-1' and currency = 'EUR';
            update balances set amount = amount + 10
                where organization_id = org and account = 'tax:7' and currency = 'EUR';
            insert into vends (id, organization_id, machine_id, tender_kind, tender_reference, amount, currency, lines,
                    status, delivered, refunded, late, deadline, reserved_at, settled_at, entry)
                values (vend, org, 'SNACK-1', 'Chip', chip, 150, 'EUR',
                    '[{"Slot":"A1","Product":null,"Name":"Apple pie","Quantity":1,"UnitPrice":150,"TaxBasisPoints":700}]',
                    'Committed', 150, 0, false, now(), now(), now(), seq + 2);
            p1 := format('{"currency":"EUR","details":{"lines":[["A1","Apple pie",1,150,700]],%s},"kind":"vend.reserved",'
                '"organization":"%s","postings":[["chip:%s",-150],["held",150]],"sequence":%s}', who, org, chip, seq + 1);
            h1 := sha256(convert_to(p1, 'UTF8'));
            c1 := sha256(prev || h1 || int8send(at) || n1);
            p2 := format('{"currency":"EUR","details":{"delivered":[["A1","Apple pie",1,150,700]],%s},'
                '"kind":"vend.committed","organization":"%s","postings":[["held",-150],["revenue:SNACK-1",140],'
                '["tax:7",10]],"sequence":%s}', who, org, seq + 2);
            h2 := sha256(convert_to(p2, 'UTF8'));
            c2 := sha256(c1 || h2 || int8send(at) || n2);
            insert into ledger_entries (organization_id, sequence, timestamp, kind, payload, payload_hash, prev_hash,
                    nonce, chain_hash)
                values (org, seq + 1, at, 'vend.reserved', p1, h1, prev, n1, c1),
                    (org, seq + 2, at, 'vend.committed', p2, h2, c1, n2, c2);
            update ledger_heads set sequence = seq + 2, chain_hash = c2 where organization_id = org;
            return seq + 2;
        end $body$;
        """;

    public static async Task SellAsync(NpgsqlConnection connection, BenchVend vend)
    {
        await using var call = new NpgsqlCommand("select bench_vend($1, $2, $3, $4, $5, $6, $7)", connection);
        var nonces = RandomNumberGenerator.GetBytes(2 * Chain.NonceSize);
        call.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = vend.Organization.Value });
        call.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"vend:{vend.Id}" });
        call.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = vend.Id });
        call.Parameters.Add(new NpgsqlParameter<string> { TypedValue = vend.Chip });
        call.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Chain.Timestamp(TimeProvider.System.GetUtcNow()) });
        call.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = nonces[..Chain.NonceSize] });
        call.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = nonces[Chain.NonceSize..] });
        if (await call.ExecuteScalarAsync() is not > 0L) throw new InvalidOperationException("The sale was not written.");
    }
}
