using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Protocol;
using Automat.Server.Chips;
using Automat.Server.Devices;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>A machine sells by itself: reserve, commit, cancel. HTTP and MQTT both end here.</summary>
internal sealed class SellByDevice(MachineSales sales, NativeMachines natives)
{
    private const int LongestSession = 64;

    /// <summary>Holds a chip's money, or books cash.</summary>
    public async Task<VendAnswer> ReserveAsync(
        Machine machine, ReserveRequest request, DateTimeOffset? deadline, CancellationToken ct)
    {
        if (request.MdbSessionId.Length is 0 or > LongestSession)
        {
            throw new RuleException("session_invalid", $"mdb_session_id has 1 to {LongestSession} characters.");
        }

        var settings = natives.SettingsOf(machine);
        var order = new MachineOrder(SessionKey(request.MdbSessionId), request.Slot, request.Amount, request.Quantity ?? 1)
        {
            Hold = TimeSpan.FromSeconds(settings.ReservationS),
            Most = settings.LargestAmount,
            Deadline = deadline,
        };
        return Answer(request.Tender switch
        {
            { Kind: DeviceTender.Cash, ChipUid: null } => await sales.CashSaleAsync(machine, order, ct),
            { Kind: null or DeviceTender.Chip, ChipUid: { } uid } =>
                await sales.ReserveAsync(machine, order with { Chip = ChipUid.Parse(uid) }, ct),
            _ => throw new RuleException("tender_invalid", "The tender is a chip_uid, or kind \"cash\"."),
        });
    }

    /// <summary>The goods are out.</summary>
    public async Task<VendAnswer> CommitAsync(Machine machine, string? id, CommitRequest request, CancellationToken ct) =>
        Answer(await sales.CommitAsync(
            machine, VendId(id), request.Amount, DeviceJson.Word(request.Evidence, "reported"), ct));

    /// <summary>Nothing came out.</summary>
    public async Task<VendAnswer> CancelAsync(Machine machine, string? id, CancelRequest request, CancellationToken ct) =>
        Answer(await sales.CancelAsync(machine, VendId(id), DeviceJson.Word(request.Reason, "cancelled_by_machine"), ct));

    /// <summary>A vend's id as the machine writes it.</summary>
    /// <exception cref="RuleException"><c>vend_unknown</c> when it can be none.</exception>
    public static Id<Vend> VendId(string? id) => Guid.TryParseExact(id, "D", out var parsed)
        ? new Id<Vend>(parsed)
        : throw new RuleException("vend_unknown", "There is no such vend.");

    /// <summary>The sale's key when the machine names a session; events have keys that no session can spell.</summary>
    private static string SessionKey(string session) => "s:" + session;

    private static VendAnswer Answer(MachineSale sale) => new()
    {
        ReservationId = sale.Id.ToString(),
        Status = sale.Status switch
        {
            VendStatus.Reserved => DeviceVendStatus.Reserved,
            VendStatus.Delivering => DeviceVendStatus.Delivering,
            VendStatus.Unknown => DeviceVendStatus.Unknown,
            VendStatus.Committed => DeviceVendStatus.Committed,
            VendStatus.PartlyRefunded or VendStatus.Refunded => DeviceVendStatus.Refunded,
            VendStatus.Cancelled => DeviceVendStatus.Cancelled,
        },
        Amount = sale.Amount,
        Currency = sale.Currency,
        ExpiresAt = DeviceJson.Unix(sale.ExpiresAt),
        BalanceAfter = sale.Balance,
        Late = sale.Late,
        Display = sale.Balance is { } left ? $"Credit {new Money(left, Currency.Parse(sale.Currency))}" : null,
    };

    public static void Map(IEndpointRouteBuilder device)
    {
        device.MapPost("/vends", async (HttpContext http, SellByDevice sell, CancellationToken ct) => DeviceJson.Answer(
                await sell.ReserveAsync(
                    http.Machine(), DeviceJson.Read(http, ProtocolJson.Default.ReserveRequest), deadline: null, ct),
                ProtocolJson.Default.VendAnswer, StatusCodes.Status201Created))
            .Accepts<ReserveRequest>("application/json").Produces<VendAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(402).ProducesProblem(409).ProducesProblem(422)
            .WithName("DeviceReserve").WithSummary("Hold a chip's money for one vend, or book a cash sale");
        device.MapPost("/vends/{id}/commit", async (string id, HttpContext http, SellByDevice sell, CancellationToken ct) =>
                DeviceJson.Answer(
                    await sell.CommitAsync(
                        http.Machine(), id, DeviceJson.ReadOr(http, ProtocolJson.Default.CommitRequest, new CommitRequest()), ct),
                    ProtocolJson.Default.VendAnswer))
            .Accepts<CommitRequest>(isOptional: true, "application/json").Produces<VendAnswer>()
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithName("DeviceCommit").WithSummary("Say that the goods of a vend are out");
        device.MapPost("/vends/{id}/cancel", async (string id, HttpContext http, SellByDevice sell, CancellationToken ct) =>
                DeviceJson.Answer(
                    await sell.CancelAsync(
                        http.Machine(), id, DeviceJson.ReadOr(http, ProtocolJson.Default.CancelRequest, new CancelRequest()), ct),
                    ProtocolJson.Default.VendAnswer))
            .Accepts<CancelRequest>(isOptional: true, "application/json").Produces<VendAnswer>()
            .ProducesProblem(404).ProducesProblem(409)
            .WithName("DeviceCancel").WithSummary("Say that nothing came out; the money goes back");
    }
}
