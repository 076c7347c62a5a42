using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Ledger;

/// <summary>
/// Writes ledgers as newline-delimited JSON, one entry a line in chain order, with everything it takes to verify them
/// elsewhere. It streams; memory stays the same however long they are. It does not verify: what is stored is written.
/// </summary>
/// <param name="address">The database; it is read under the serving role.</param>
public sealed class LedgerExport(DatabaseAddress address)
{
    private const int FlushAt = 256 << 10;

    // The payload is full of quotation marks; only what JSON demands is escaped.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the entries of a scope; returns how many.</summary>
    /// <param name="scope">Which ledgers, and from where.</param>
    /// <param name="output">Receives UTF-8.</param>
    /// <param name="progress">Hears now and then how far it has come.</param>
    /// <param name="ct">Ends it early.</param>
    /// <exception cref="RuleException">
    /// <c>organization_unknown</c>, <c>organization_ambiguous</c>, <c>from_invalid</c>.
    /// </exception>
    /// <exception cref="NpgsqlException">The database cannot be reached or refused to be read.</exception>
    public async Task<long> WriteAsync(
        LedgerScope scope, Stream output, IProgress<LedgerProgress>? progress = null, CancellationToken ct = default)
    {
        if (scope.From < 1) throw new RuleException("from_invalid", "Entries are numbered from 1.");
        await using var connection = await Snapshot.OpenAsync(address, ct);
        long written = 0;
        foreach (var ledger in await LedgerReading.FindAsync(connection, scope, ct))
        {
            written += await WriteAsync(connection, ledger, scope.From, output, progress, ct);
        }

        await output.FlushAsync(ct);
        return written;
    }

    private static async Task<long> WriteAsync(
        NpgsqlConnection connection, LedgerFound ledger, long from, Stream output, IProgress<LedgerProgress>? progress,
        CancellationToken ct)
    {
        var lines = new ArrayBufferWriter<byte>(2 * FlushAt);
        using var json = new Utf8JsonWriter(lines, Json);
        var organization = ledger.Organization.ToString();
        long written = 0, last = 0;
        await EntryStream.ReadAsync(connection, ledger.Organization, from, Take, PassOnAsync, ct);
        return written;

        bool Take(ReadOnlySpan<byte> rows, ReadOnlySpan<int> starts)
        {
            foreach (var start in starts)
            {
                var row = EntryRow.At(rows, start);
                Write(json, organization, row);
                json.Flush();
                json.Reset();
                lines.Write("\n"u8);
                last = row.Sequence;
                written++;
            }

            return true;
        }

        async ValueTask PassOnAsync()
        {
            await output.WriteAsync(lines.WrittenMemory, ct);
            lines.ResetWrittenCount();
            progress?.Report(new LedgerProgress(ledger.Name, last, ledger.Last ?? 0));
        }
    }

    private static void Write(Utf8JsonWriter json, string organization, in EntryRow row)
    {
        json.WriteStartObject();
        json.WriteString("organization"u8, organization);
        json.WriteNumber("sequence"u8, row.Sequence);
        json.WriteNumber("timestamp"u8, row.Timestamp);
        json.WriteString("kind"u8, row.Kind);
        json.WriteString("payload"u8, row.Payload);
        WriteHex(json, "payload_hash"u8, row.PayloadHash);
        WriteHex(json, "prev_hash"u8, row.PrevHash);
        WriteHex(json, "nonce"u8, row.Nonce);
        WriteHex(json, "chain_hash"u8, row.ChainHash);
        WritePostings(json, row.Payload);
        json.WriteEndObject();
    }

    private static void WriteHex(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes) =>
        json.WriteString(name, Convert.ToHexStringLower(bytes));

    /// <summary>The postings again, for whom the payload is too much; null when it cannot be read.</summary>
    private static void WritePostings(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        var check = new PayloadReader(payload);
        var readable = check.ReadStart();
        while (readable && check.NextPosting(out _, out _))
        {
            // Read to the end first: half a list must not get out.
        }

        if (!readable || !check.ReadEnd())
        {
            json.WriteNull("postings"u8);
            return;
        }

        var reader = new PayloadReader(payload);
        reader.ReadStart();
        var currency = AccountSums.Text(reader.Currency);
        json.WriteStartArray("postings"u8);
        while (reader.NextPosting(out var account, out var amount))
        {
            json.WriteStartObject();
            json.WriteString("account"u8, AccountSums.Text(account));
            json.WriteNumber("amount"u8, amount);
            json.WriteString("currency"u8, currency);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
