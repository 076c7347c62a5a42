using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Testing;
using Npgsql;

namespace Automat.Server.Tests.Ledger;

/// <summary>What somebody with full rights on the database could do to a ledger.</summary>
internal sealed class Tampering(NpgsqlConnection connection, Id<Organization> organization) : IAsyncDisposable
{
    public static async Task<Tampering> BeginAsync(TestDatabase database, Id<Organization> organization)
    {
        var tampering = new Tampering(await database.SuperuserConnectionAsync(), organization);
        await tampering.RunAsync("set session_replication_role = replica"); // no trigger fires
        return tampering;
    }

    /// <summary>Runs a statement; <c>:org</c> stands for the organisation.</summary>
    public async Task<int> RunAsync(string sql)
    {
        var text = sql.Replace(":org", $"'{organization}'", StringComparison.Ordinal);
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Changes a payload, then links that row and all after it anew, as the product would have.</summary>
    public async Task RechainAsync(long from, Func<string, string> change)
    {
        var previous = (byte[])(await ScalarAsync($"select prev_hash from ledger_entries where {Row(from)}"))!;
        for (var sequence = from; ; sequence++)
        {
            var stored = await ScalarAsync($"select payload from ledger_entries where {Row(sequence)}");
            if (stored is not string payload) return;
            var text = sequence == from ? change(payload) : payload;
            Assert.False(sequence == from && text == payload, "The payload was to be changed.");
            previous = await LinkAsync(sequence, text, previous);
        }
    }

    /// <summary>Adds a row that follows the newest one properly.</summary>
    public async Task AppendAsync(long sequence)
    {
        await RunAsync(
            "insert into ledger_entries select organization_id, sequence + 1, timestamp, kind, payload, payload_hash, "
            + $"chain_hash, nonce, chain_hash from ledger_entries where {Row(sequence - 1)}");
        await RechainAsync(sequence, p => p.Replace(
            $"\"sequence\":{sequence - 1}", $"\"sequence\":{sequence}", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private string Row(long sequence) => $"organization_id = '{organization}' and sequence = {sequence}";

    private async Task<byte[]> LinkAsync(long sequence, string payload, byte[] previous)
    {
        var timestamp = (long)(await ScalarAsync($"select timestamp from ledger_entries where {Row(sequence)}"))!;
        var nonce = (byte[])(await ScalarAsync($"select nonce from ledger_entries where {Row(sequence)}"))!;
        var payloadHash = SHA256.HashData(Encoding.UTF8.GetBytes(payload));
        var next = new byte[Chain.HashSize];
        Chain.Next(previous, payloadHash, timestamp, nonce, next);
        await using var update = new NpgsqlCommand(
            "update ledger_entries set payload = $1, payload_hash = $2, prev_hash = $3, chain_hash = $4 "
                + $"where {Row(sequence)}",
            connection);
        object[] values = [payload, payloadHash, previous, next];
        foreach (var value in values) update.Parameters.Add(new() { Value = value });
        Assert.Equal(1, await update.ExecuteNonQueryAsync());
        return next;
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
