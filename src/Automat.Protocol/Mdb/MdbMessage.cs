namespace Automat.Protocol.Mdb;

/// <summary>Who puts a message on the bus.</summary>
public enum MdbSpeaker
{
    /// <summary>The machine's controller (VMC), master of the bus.</summary>
    Controller,

    /// <summary>The cashless reader, which answers.</summary>
    Reader,

    /// <summary>Nobody: what the absence of an answer says.</summary>
    Bus,
}

/// <summary>All that is said between a controller and a cashless reader of level 1 to 3, and the silence between them.</summary>
public enum MdbMessage
{
    /// <summary>10: start anew.</summary>
    Reset,

    /// <summary>11 00: level and display of the controller.</summary>
    SetupConfig,

    /// <summary>11 01: highest and lowest price.</summary>
    SetupPrices,

    /// <summary>12: anything to say?</summary>
    Poll,

    /// <summary>13 00: a customer chose an item.</summary>
    VendRequest,

    /// <summary>13 01: the customer changed their mind before an answer.</summary>
    VendCancel,

    /// <summary>13 02: the item is out.</summary>
    VendSuccess,

    /// <summary>13 03: the item is not out; give the money back.</summary>
    VendFailure,

    /// <summary>13 04: the session is over.</summary>
    SessionComplete,

    /// <summary>13 05: something was sold for coins or notes.</summary>
    CashSale,

    /// <summary>13 06: the customer returns something and is to be given money (level 3 option).</summary>
    NegativeVendRequest,

    /// <summary>14 00.</summary>
    ReaderDisable,

    /// <summary>14 01.</summary>
    ReaderEnable,

    /// <summary>14 02: stop looking for media.</summary>
    ReaderCancel,

    /// <summary>14 03: answer to a request for data entry.</summary>
    DataEntryResponse,

    /// <summary>15 00: put money on the medium.</summary>
    RevalueRequest,

    /// <summary>15 01: how much may be put on it?</summary>
    RevalueLimitRequest,

    /// <summary>17 00: who are you?</summary>
    ExpansionId,

    /// <summary>17 03: date and time.</summary>
    ExpansionTime,

    /// <summary>17 04: which options are on.</summary>
    ExpansionOptions,

    /// <summary>17 FA to FE: file transport.</summary>
    ExpansionFile,

    /// <summary>17 FF: vendor's diagnostics, age verification among them.</summary>
    ExpansionDiagnostics,

    /// <summary>00: the reader has restarted.</summary>
    JustReset,

    /// <summary>01: level, currency, scale, decimals, options.</summary>
    Config,

    /// <summary>02: text for the display.</summary>
    DisplayRequest,

    /// <summary>03: media is there, a session begins.</summary>
    BeginSession,

    /// <summary>04: the reader wants the session to end.</summary>
    SessionCancelRequest,

    /// <summary>05: sell it.</summary>
    VendApproved,

    /// <summary>06: do not sell it.</summary>
    VendDenied,

    /// <summary>07: the session has ended.</summary>
    EndSession,

    /// <summary>08: the answer to reader cancel.</summary>
    Cancelled,

    /// <summary>09: manufacturer, serial, model, options.</summary>
    PeripheralId,

    /// <summary>0A: something is wrong; 1100yyyy after a failure: the money could not be given back.</summary>
    Malfunction,

    /// <summary>0B: that did not fit; the controller must reset.</summary>
    OutOfSequence,

    /// <summary>0D: the money is on the medium.</summary>
    RevalueApproved,

    /// <summary>0E: it is not.</summary>
    RevalueDenied,

    /// <summary>0F: so much may be put on it.</summary>
    RevalueLimit,

    /// <summary>11: what time is it?</summary>
    TimeRequest,

    /// <summary>12 or 13: let the customer type something.</summary>
    DataEntryRequest,

    /// <summary>1B to 1F: file transport.</summary>
    FileTransport,

    /// <summary>A plain ACK to a poll: nothing to say; after a failure, that the money was given back.</summary>
    NothingToSay,

    /// <summary>No answer within the time the reader asked for; the controller resets it.</summary>
    Lost,
}

/// <summary>What a message is before its content matters.</summary>
public static class MdbMessages
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<MdbMessage> All { get; } = Enum.GetValues<MdbMessage>();

    /// <summary>Who says it.</summary>
    public static MdbSpeaker SpeakerOf(MdbMessage message) => message switch
    {
        <= MdbMessage.ExpansionDiagnostics => MdbSpeaker.Controller,
        MdbMessage.Lost => MdbSpeaker.Bus,
        _ => MdbSpeaker.Reader,
    };

    /// <summary>What a controller's block says, without its checksum; null when it is none of a cashless reader's.</summary>
    public static MdbMessage? FromController(ReadOnlySpan<byte> block) => block switch
    {
        [] => null,
        [0x10] => MdbMessage.Reset,
        [0x11, 0x00, ..] => MdbMessage.SetupConfig,
        [0x11, 0x01, ..] => MdbMessage.SetupPrices,
        [0x12] => MdbMessage.Poll,
        [0x13, 0x00, _, _, _, _, ..] => MdbMessage.VendRequest,
        [0x13, 0x01] => MdbMessage.VendCancel,
        [0x13, 0x02, ..] => MdbMessage.VendSuccess,
        [0x13, 0x03] => MdbMessage.VendFailure,
        [0x13, 0x04] => MdbMessage.SessionComplete,
        [0x13, 0x05, _, _, _, _, ..] => MdbMessage.CashSale,
        [0x13, 0x06, _, _, _, _, ..] => MdbMessage.NegativeVendRequest,
        [0x14, 0x00] => MdbMessage.ReaderDisable,
        [0x14, 0x01] => MdbMessage.ReaderEnable,
        [0x14, 0x02] => MdbMessage.ReaderCancel,
        [0x14, 0x03, ..] => MdbMessage.DataEntryResponse,
        [0x15, 0x00, _, _, ..] => MdbMessage.RevalueRequest,
        [0x15, 0x01] => MdbMessage.RevalueLimitRequest,
        [0x17, 0x00, ..] => MdbMessage.ExpansionId,
        [0x17, 0x03, ..] => MdbMessage.ExpansionTime,
        [0x17, 0x04, ..] => MdbMessage.ExpansionOptions,
        [0x17, >= 0xFA and <= 0xFE, ..] => MdbMessage.ExpansionFile,
        [0x17, 0xFF, ..] => MdbMessage.ExpansionDiagnostics,
        _ => null,
    };

    /// <summary>What a reader's block says, without its checksum; empty is a plain ACK. Null when it is none.</summary>
    public static MdbMessage? FromReader(ReadOnlySpan<byte> block) => block switch
    {
        [] => MdbMessage.NothingToSay,
        [0x00] => MdbMessage.JustReset,
        [0x01, _, _, _, _, _, _, _] => MdbMessage.Config,
        [0x02, ..] => MdbMessage.DisplayRequest,
        [0x03, _, _, ..] => MdbMessage.BeginSession,
        [0x04] => MdbMessage.SessionCancelRequest,
        [0x05, _, _, ..] => MdbMessage.VendApproved,
        [0x06] => MdbMessage.VendDenied,
        [0x07] => MdbMessage.EndSession,
        [0x08] => MdbMessage.Cancelled,
        [0x09, ..] => MdbMessage.PeripheralId,
        [0x0A, _] => MdbMessage.Malfunction,
        [0x0B, ..] => MdbMessage.OutOfSequence,
        [0x0D] => MdbMessage.RevalueApproved,
        [0x0E] => MdbMessage.RevalueDenied,
        [0x0F, _, _, ..] => MdbMessage.RevalueLimit,
        [0x11] => MdbMessage.TimeRequest,
        [0x12 or 0x13, ..] => MdbMessage.DataEntryRequest,
        [>= 0x1B and <= 0x1F, ..] => MdbMessage.FileTransport,
        _ => null,
    };
}
