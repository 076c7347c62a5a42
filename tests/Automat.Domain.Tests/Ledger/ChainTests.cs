using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain.Ledger;

namespace Automat.Domain.Tests.Ledger;

/// <summary>The hashes were computed by another implementation: Python's <c>hashlib</c> and <c>struct</c>.</summary>
[Trait("Accepts", "S2-07")]
public sealed class ChainTests
{
    private const long Timestamp = 1_795_226_400_123_456;

    private static readonly Id<Organization> Organization = new(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057"));

    private static readonly LedgerDraft Reserved = LedgerDraft.Of("vend.reserved", Currency.Eur,
        Details.None.With("vend", "v-1").With("machine", "SNACK-1").Mark("late", true)
            .With("lines", [(object[])["A1", "Apfelküchle \"groß\"", 2, 150L, 700]]),
        new Posting("chip:04A1", -300), new Posting("held", 300));

    private static readonly LedgerDraft Cancelled = LedgerDraft.Of("vend.cancelled", Currency.Eur,
        Details.None.With("vend", "v-1").With("reason", "machine_failed\n\u0001"),
        new Posting("held", -300), new Posting("chip:04A1", 300));

    [Fact]
    public void Two_entries_have_the_payloads_and_hashes_another_implementation_gives_them()
    {
        Assert.Equal(
            "{\"currency\":\"EUR\",\"details\":{\"late\":true,\"lines\":[[\"A1\",\"Apfelküchle \\\"groß\\\"\",2,150,700]],"
            + "\"machine\":\"SNACK-1\",\"vend\":\"v-1\"},\"kind\":\"vend.reserved\","
            + "\"organization\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
            + "\"postings\":[[\"chip:04A1\",-300],[\"held\",300]],\"sequence\":1}",
            Encoding.UTF8.GetString(Payload(1, Reserved)));
        Assert.Equal("7ec4dd50572576d9bf409e43ad075db6b04170707165ecb5bc1fb9a98d894578", Hex(Hash(1, Reserved)));
        Assert.Equal("f630e274f5236073eabd58958b773ad89047339d288731f4a4b5ce0c0e17fc4a", Hex(Hash(2, Cancelled)));

        var first = Next(Chain.Genesis, Hash(1, Reserved), Timestamp, Nonce(0));
        var second = Next(first, Hash(2, Cancelled), Timestamp + 1, Nonce(16));

        Assert.Equal("183e5669bb5a101bb0b488cc12d9707acee610bc3b6df848ee5b5860671475de", Hex(first));
        Assert.Equal("4909055140a7e1c957f8e088da27f698a8bad8d62811b88a8225d65ea22ac8ec", Hex(second));
    }

    [Fact]
    public void Everything_a_link_is_made_of_changes_it()
    {
        var hash = Hash(1, Reserved);
        byte[][] links =
        [
            Next(Chain.Genesis, hash, Timestamp, Nonce(0)),
            Next(hash, hash, Timestamp, Nonce(0)),
            Next(Chain.Genesis, Hash(2, Reserved), Timestamp, Nonce(0)),
            Next(Chain.Genesis, hash, Timestamp + 1, Nonce(0)),
            Next(Chain.Genesis, hash, Timestamp, Nonce(1)),
        ];

        Assert.Equal(links.Length, links.Select(Hex).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_first_entry_follows_32_zero_bytes() =>
        Assert.Equal(new byte[32], Chain.Genesis.ToArray());

    [Fact]
    public void Time_counts_in_whole_microseconds_since_1970_wherever_the_clock_stands()
    {
        var time = new DateTimeOffset(2026, 11, 21, 3, 20, 0, 123, 456, TimeSpan.FromHours(1));

        Assert.Equal(1_795_227_600_123_456, Chain.Timestamp(time));
        Assert.Equal(Chain.Timestamp(time), Chain.Timestamp(time.ToUniversalTime()));
        Assert.Equal(-1, Chain.Timestamp(DateTimeOffset.UnixEpoch.AddMicroseconds(-1)));
    }

    private static byte[] Payload(long sequence, LedgerDraft draft)
    {
        var output = new ArrayBufferWriter<byte>();
        EntryPayload.Write(output, Organization, sequence, draft);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Hash(long sequence, LedgerDraft draft) => SHA256.HashData(Payload(sequence, draft));

    private static byte[] Next(ReadOnlySpan<byte> previous, byte[] hash, long timestamp, byte[] nonce)
    {
        var next = new byte[Chain.HashSize];
        Chain.Next(previous, hash, timestamp, nonce, next);
        return next;
    }

    private static byte[] Nonce(int first) => [.. Enumerable.Range(first, Chain.NonceSize).Select(b => (byte)b)];

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
