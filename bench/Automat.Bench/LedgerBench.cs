using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Ledger;
using Npgsql;

namespace Automat.Bench;

/// <summary>Verifying a ledger beside reading its rows and beside hashing its bytes.</summary>
internal static class LedgerBench
{
    private const int Sales = 150_000;
    private const int SalesOfACommit = 2_000;
    private const int Rounds = 5;

    public static async Task RunAsync(Noise noise)
    {
        await using var server = await BenchServer.StartAsync();
        var organization = (await server.AddOrganizationsAsync(1))[0];
        await FillAsync(server, organization);
        var entries = await ReadAllAsync(server, organization);
        Console.WriteLine($"\nVerifying a ledger of {entries.Count:#,0} entries, "
            + $"{entries.Average(e => e.Payload.Length):0} bytes of payload each");
        var ours = new Figures("verify: read, hash, follow the chain, compare balances", "entries/s");
        var reading = new Figures("read the rows and do nothing with them", "entries/s");
        var hashing = new Figures("two SHA-256 an entry, bytes already in memory", "entries/s");
        for (var round = 0; round < Rounds + 1; round++)
        {
            noise.Look();
            var verified = await RateAsync(entries.Count, () => VerifyAsync(server, organization, entries.Count));
            var read = await RateAsync(entries.Count, () => ReadOnlyAsync(server, organization));
            var hashed = await RateAsync(entries.Count, () => Task.Run(() => Hash(entries)));
            if (round == 0) continue; // warming up
            ours.Add(verified);
            reading.Add(read);
            hashing.Add(hashed);
        }

        foreach (var figures in new[] { ours, reading, hashing }) Console.WriteLine(figures);
        Figures.Compare("verifying to reading", ours, reading, 0.8);
    }

    private static async Task FillAsync(BenchServer server, Id<Organization> organization)
    {
        await using var connection = await server.Plain.OpenConnectionAsync();
        var writer = new BareWriter(connection);
        List<BenchVend> begun = [];
        for (var sold = 0; sold < Sales; sold += SalesOfACommit)
        {
            var next = Enumerable.Range(0, SalesOfACommit).Select(_ => BenchVend.Of(organization)).ToList();
            await writer.WriteAsync(next, begun);
            begun = next;
        }

        await writer.WriteAsync([], begun);
        await using var tidy = new NpgsqlCommand("vacuum (analyze) ledger_entries", connection);
        await tidy.ExecuteNonQueryAsync();
    }

    private static async Task VerifyAsync(BenchServer server, Id<Organization> organization, long expected)
    {
        var verifier = new LedgerVerifier(server.Address, TimeProvider.System);
        await foreach (var verdict in verifier.VerifyAsync(new LedgerScope(organization.ToString())))
        {
            if (verdict.Break is not null || verdict.Entries != expected)
            {
                throw new InvalidOperationException($"The ledger is wrong: {verdict}");
            }
        }
    }

    private static NpgsqlCommand Select(NpgsqlConnection connection, Id<Organization> organization) => new(
        "select sequence, timestamp, kind, payload, payload_hash, prev_hash, nonce, chain_hash from ledger_entries "
        + "where organization_id = $1 order by sequence", connection)
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = organization.Value } },
    };

    private static async Task ReadOnlyAsync(BenchServer server, Id<Organization> organization)
    {
        await using var connection = await server.Plain.OpenConnectionAsync();
        await using var select = Select(connection, organization);
        await using var reader = await select.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            // Only the way through the driver counts.
        }
    }

    private static async Task<List<(byte[] Payload, byte[] Link)>> ReadAllAsync(
        BenchServer server, Id<Organization> organization)
    {
        await using var connection = await server.Plain.OpenConnectionAsync();
        await using var select = Select(connection, organization);
        await using var reader = await select.ExecuteReaderAsync();
        var entries = new List<(byte[] Payload, byte[] Link)>();
        while (await reader.ReadAsync())
        {
            entries.Add((Encoding.UTF8.GetBytes(reader.GetString(3)), new byte[(2 * Chain.HashSize) + 8 + Chain.NonceSize]));
        }

        return entries;
    }

    private static void Hash(List<(byte[] Payload, byte[] Link)> entries)
    {
        Span<byte> hash = stackalloc byte[Chain.HashSize];
        foreach (var (payload, link) in entries)
        {
            SHA256.HashData(payload, hash);
            SHA256.HashData(link, hash);
        }
    }

    private static async Task<double> RateAsync(int entries, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return entries / watch.Elapsed.TotalSeconds;
    }
}
