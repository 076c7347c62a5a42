using System.Buffers;

namespace Automat.Domain.Ledger;

/// <summary>
/// The exact bytes of an entry that are stored and hashed. Everything the entry says is in here, its number and its
/// organisation too, so a change to any of it shows.
/// </summary>
public static class EntryPayload
{
    /// <summary>Writes the payload of an entry as canonical JSON.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="organization">Whose ledger.</param>
    /// <param name="sequence">The entry's number there, from 1 without gaps.</param>
    /// <param name="draft">What the entry says.</param>
    public static void Write(
        IBufferWriter<byte> output, Id<Organization> organization, long sequence, LedgerDraft draft)
    {
        output.Write("{\"currency\":"u8);
        CanonicalJson.Write(output, draft.Currency.Code);
        output.Write(",\"details\":"u8);
        CanonicalJson.Write(output, draft.Details.Values);
        output.Write(",\"kind\":"u8);
        CanonicalJson.Write(output, draft.Kind);
        output.Write(",\"organization\":"u8);
        CanonicalJson.Write(output, organization.ToString());
        output.Write(",\"postings\":["u8);
        for (var i = 0; i < draft.Postings.Count; i++)
        {
            output.Write(i == 0 ? "["u8 : ",["u8);
            CanonicalJson.Write(output, draft.Postings[i].Account);
            output.Write(","u8);
            CanonicalJson.Write(output, draft.Postings[i].Amount);
            output.Write("]"u8);
        }

        output.Write("],\"sequence\":"u8);
        CanonicalJson.Write(output, sequence);
        output.Write("}"u8);
    }
}
