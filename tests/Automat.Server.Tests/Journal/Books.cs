using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Automat.Domain.Ledger;
using Npgsql;

namespace Automat.Server.Tests.Journal;

/// <summary>The books as they lie in the database, read and checked without the product's own code for it.</summary>
internal sealed class Books
{
    private readonly Dictionary<(Guid Organization, string Account), long> sums = [];
    private readonly List<string> kinds = [];

    public IReadOnlyList<string> Kinds => kinds;

    public long Balance(Guid organization, string account) => sums.GetValueOrDefault((organization, account));

    /// <summary>Reads everything and checks every promise that holds at any moment.</summary>
    public static async Task<Books> CheckAsync(NpgsqlConnection connection)
    {
        var books = new Books();
        await books.ReadChainsAsync(connection);

        Assert.Equal(0, books.sums.Values.Sum());
        Assert.All(books.sums.Where(s => s.Key.Account.StartsWith("chip:", StringComparison.Ordinal)),
            s => Assert.True(s.Value >= 0, $"{s.Key.Account} is {s.Value}"));
        var kept = await ReadSumsAsync(connection, "select organization_id, account, amount from balances");
        Assert.Equal(NotZero(books.sums), NotZero(kept));
        var open = await ReadSumsAsync(connection, """
            select organization_id, 'held', sum(amount)::bigint from vends
            where status in ('Reserved', 'Delivering', 'Unknown') group by 1
            """);
        Assert.Equal(NotZero(open), NotZero(books.sums.Where(s => s.Key.Account == "held")));
        return books;
    }

    private async Task ReadChainsAsync(NpgsqlConnection connection)
    {
        var heads = new Dictionary<Guid, (long Sequence, byte[] Hash)>();
        await using (var select = new NpgsqlCommand("""
            select organization_id, sequence, timestamp, payload, payload_hash, prev_hash, nonce, chain_hash
            from ledger_entries order by organization_id, sequence
            """, connection))
        await using (var reader = await select.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                var organization = reader.GetGuid(0);
                var (sequence, hash) = heads.GetValueOrDefault(organization, (0, new byte[32]));
                Assert.Equal(sequence + 1, reader.GetInt64(1));
                Assert.Equal(hash, reader.GetFieldValue<byte[]>(5));
                heads[organization] = (sequence + 1, Link(reader, hash));
                Post(organization, sequence + 1, reader.GetString(3));
            }
        }

        await using var ends = new NpgsqlCommand(
            "select organization_id, sequence, chain_hash from ledger_heads where sequence > 0", connection);
        await using var read = await ends.ExecuteReaderAsync();
        var found = 0;
        for (; await read.ReadAsync(); found++)
        {
            Assert.Equal(heads[read.GetGuid(0)].Sequence, read.GetInt64(1));
            Assert.Equal(heads[read.GetGuid(0)].Hash, read.GetFieldValue<byte[]>(2));
        }

        Assert.Equal(heads.Count, found);
    }

    private static byte[] Link(NpgsqlDataReader row, byte[] previous)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(row.GetString(3)));
        Assert.Equal(hash, row.GetFieldValue<byte[]>(4));
        var link = new byte[32];
        Chain.Next(previous, hash, row.GetInt64(2), row.GetFieldValue<byte[]>(6), link);
        Assert.Equal(link, row.GetFieldValue<byte[]>(7));
        return link;
    }

    private void Post(Guid organization, long sequence, string payload)
    {
        using var entry = JsonDocument.Parse(payload);
        Assert.Equal(sequence, entry.RootElement.GetProperty("sequence").GetInt64());
        kinds.Add(entry.RootElement.GetProperty("kind").GetString()!);
        long sum = 0;
        foreach (var posting in entry.RootElement.GetProperty("postings").EnumerateArray())
        {
            var key = (organization, posting[0].GetString()!);
            sums[key] = sums.GetValueOrDefault(key) + posting[1].GetInt64();
            sum += posting[1].GetInt64();
        }

        Assert.Equal(0, sum);
    }

    private static async Task<Dictionary<(Guid, string), long>> ReadSumsAsync(NpgsqlConnection connection, string sql)
    {
        await using var select = new NpgsqlCommand(sql, connection);
        await using var reader = await select.ExecuteReaderAsync();
        var read = new Dictionary<(Guid, string), long>();
        while (await reader.ReadAsync()) read[(reader.GetGuid(0), reader.GetString(1))] = reader.GetInt64(2);
        return read;
    }

    private static IEnumerable<((Guid, string), long)> NotZero(IEnumerable<KeyValuePair<(Guid, string), long>> sums) =>
        sums.Where(s => s.Value != 0).Select(s => (s.Key, s.Value)).Order();
}
