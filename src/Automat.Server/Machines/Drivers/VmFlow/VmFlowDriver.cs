using System.Text;
using System.Text.Json;
using Automat.Domain;
using Automat.Mqtt;
using Automat.Server.Devices;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// VMflow boards: open ESP32 hardware that is a cashless reader on a machine's MDB bus. A board is sold on when it has just said,
/// asked by a signed question, that its reader is enabled; one credit is one vend at exactly its price. The board does not
/// publish a success, so it is asked until it tells of one, of a failure, or the session is over.
/// </summary>
internal sealed class VmFlowDriver(
    Boards boards, GiveCredit give, TakeReports take, SettleLate late, AskDex audit, MachineStatuses statuses, DeviceRates rates,
    TimeProvider clock, ILogger<VmFlowDriver> log) : IMqttDriver
{
    /// <summary>As stored with the machine.</summary>
    public const string DriverName = "vmflow";

    private const string CreditKind = "credit";

    public string Name => DriverName;

    public DeliveryTerms TermsOf(Machine machine)
    {
        var own = boards.SettingsOf(machine);
        // The session, what it is watched beyond that, and taking back a credit that never began.
        var answer = TimeSpan.FromSeconds(own.SessionS + own.GraceS + own.RestartWithin + (own.AnswerWithin * 3));
        return new DeliveryTerms(
            CreditKind, TimeSpan.FromSeconds(own.TakeWithin), answer, TimeSpan.FromSeconds(own.DecideWithin), UsesCode: false,
            own.SalesAtOnce)
        {
            SetsPrices = true,
        };
    }

    public string? WhyNotReady(Machine machine) => boards.SettingsOf(machine).IsLegacy ? "cash_only"
        : statuses.Of(machine.Id) is { Online: true } status ? status.WhyNot
        : "machine_offline";

    public string? WhyNotDeliver(Machine machine, int pieces, Money price) =>
        pieces != 1 ? "quantity_invalid"
        : MdbUnits.CreditOf(price, boards.SettingsOf(machine)) is null ? "price_unsupported"
        : null;

    public string? WhyInsecure(Machine machine)
    {
        var own = boards.SettingsOf(machine);
        return own.IsLegacy ? "legacy_firmware" : own.ClientId is not null ? "known_by_client_id" : null;
    }

    public long? SpendLimitOf(Machine machine) => WhyInsecure(machine) is null ? null : boards.SettingsOf(machine).InsecureLimit;

    /// <summary>A passkey is what the board was given over Bluetooth: exactly 18 characters, as the firmware stores it.</summary>
    public bool TakesSecret(string secret) =>
        secret.Length == LegacyFrame.PasskeyLength && secret.All(c => c is > ' ' and <= '~');

    public bool CanReach(MachineId machine) => boards.IsThere(machine);

    public bool Understands(Machine machine, string commandKind) => !boards.SettingsOf(machine).IsLegacy
        && commandKind is CreditKind or CommandKinds.Reboot or CommandKinds.RefreshTelemetry;

    public bool Fetches(Machine machine) => false;

    public IReadOnlyDictionary<string, string> FaultsIn(JsonElement settings) => VmFlowSettings.FaultsIn(settings);

    public async Task<DeliveryResult> DeliverAsync(Machine machine, MachineCommand command, CancellationToken ct) => command.Kind switch
    {
        CommandKinds.Reboot => await boards.RestartAsync(machine, ct)
            ? new DeliveryResult(DeliveryOutcome.Delivered, "acknowledged")
            : new DeliveryResult(DeliveryOutcome.Unknown, "no_answer"),
        CommandKinds.RefreshTelemetry => await RefreshAsync(machine, ct),
        _ => await give.RunAsync(machine, command, ct),
    };

    /// <summary>The board tells no repeat apart, so it is never said again; later it may tell what became of it.</summary>
    public DeliveryResult AfterRestart(Machine machine, MachineCommand command) => new(DeliveryOutcome.Unknown, "server_restarted");

    public IReadOnlyList<string> ReadsOf(Machine machine) => [boards.TopicsOf(machine).Commands];

    public IReadOnlyList<string> WritesOf(Machine machine) => boards.TopicsOf(machine).Written;

    /// <summary>Only the node that gave a credit waits for what the board says of it.</summary>
    public bool EveryNodeHears(Machine machine, string topic)
    {
        var topics = boards.TopicsOf(machine);
        return topic == topics.Info || topic == topics.VendFail || topic == topics.Status || IsConfirm(topics, topic);
    }

    public bool? SaysPresence(Machine machine, MqttMessage message)
    {
        if (message.Topic != boards.TopicsOf(machine).Status || message.Payload.Length > 64) return null;
        var text = Encoding.ASCII.GetString(message.Payload.Span);
        return text.StartsWith("online", StringComparison.Ordinal) ? true : text == "offline" ? false : null;
    }

    public void ConnectionChanged(Machine machine)
    {
        var board = boards.Of(machine.Id);
        if (!boards.CanReach(machine))
        {
            board.Machine = null;
            statuses.Report(machine.Id, online: false, "machine_offline");
            return;
        }

        board.Machine = machine;
        board.Settings ??= machine.Settings;
        if (boards.SettingsOf(machine).IsLegacy) statuses.Report(machine.Id, online: true, "cash_only");
        else _ = GreetAsync(machine); // ready only once it has answered
    }

    public async ValueTask HeardAsync(Machine machine, MqttMessage message, CancellationToken ct)
    {
        if (rates.Count(machine.Id.Value) is not null)
        {
            throw new RuleException("rate_limited", "Too many messages from this machine."); // said again after a new connection
        }

        var topics = boards.TopicsOf(machine);
        if (message.Topic == topics.Info) await InfoAsync(machine, message, ct);
        else if (message.Topic == topics.Sale) await take.SaleAsync(machine, message.Payload, ct);
        else if (message.Topic == topics.VendFail) await take.FailAsync(machine, message.Payload, ct);
        else if (message.Topic == topics.Pax) await take.PaxAsync(machine, message.Payload, ct);
        else if (message.Topic == topics.Dex) await take.DexAsync(machine, message.Payload, ct);
        else if (IsConfirm(topics, message.Topic) && Boards.IsConfirmation(message.Payload)) boards.Of(machine.Id).Confirmations.Say(true);
    }

    private static bool IsConfirm(VmFlowTopics topics, string topic) =>
        topic == topics.Confirm || topic == topics.CreditConfirm || topic == topics.RestartConfirm;

    private async Task InfoAsync(Machine machine, MqttMessage message, CancellationToken ct)
    {
        if (message.Retain || BoardInfo.Read(message.Payload, clock.GetUtcNow()) is not { } info) return;
        boards.Of(machine.Id).State = info.State;
        statuses.Heard(machine.Id, new MachineReport
        {
            Firmware = info.Version,
            UptimeSeconds = info.UptimeSeconds,
            Within = TimeSpan.FromSeconds(boards.SettingsOf(machine).InfoS * 3),
            WhyNot = info.State switch
            {
                ReaderState.Enabled => info.IsReady ? null : "machine_busy",
                ReaderState.Idle or ReaderState.Vend => "machine_busy",
                ReaderState.Inactive or ReaderState.Disabled => "reader_disabled",
            },
        });
        await late.HeardAsync(machine, info, ct); // before who asked goes on: a doubt is cleared up before the next credit
        boards.Of(machine.Id).Infos.Say(info);
    }

    private async Task GreetAsync(Machine machine)
    {
        try
        {
            await boards.AskAsync(machine, CancellationToken.None);
        }
        catch (Exception error)
        {
            log.LogWarning(error, "Machine {Machine} could not be asked how it is; asked again soon", machine.Id);
        }
    }

    private async Task<DeliveryResult> RefreshAsync(Machine machine, CancellationToken ct)
    {
        if (await boards.AskAsync(machine, ct) is null) return new DeliveryResult(DeliveryOutcome.Unknown, "no_answer");
        await audit.NowAsync(machine, ct);
        return new DeliveryResult(DeliveryOutcome.Delivered, "answered");
    }
}
