using System.Text.Json;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>
/// Pick-up robots: each customer's code is handed out when the one before is served. The queue is ours, so that it survives
/// restarts of either side; a code handed to a robot that went away too soon is handed out again when it is back.
/// </summary>
internal sealed class RobotDriver(RobotLines lines, MachineStatuses statuses, TimeProvider clock) : IMachineDriver
{
    /// <summary>As stored with the machine.</summary>
    public const string DriverName = "robot";

    private readonly DriverSettings<RobotSettings> settings = new();

    public string Name => DriverName;

    public bool UsesCodes => true;

    /// <summary>Its screen asks for one code at a time, and waits for whoever is to type it.</summary>
    public bool WaitsForCustomer => true;

    public DeliveryTerms TermsOf(Machine machine)
    {
        var own = settings.Of(machine);
        return new DeliveryTerms(
            "customer_queue", TimeSpan.FromHours(own.CodeHours), TimeSpan.FromHours(own.CodeHours),
            TimeSpan.FromSeconds(own.DecideWithin), UsesCode: true, own.SalesAtOnce);
    }

    public string? WhyNotReady(Machine machine) => CanReach(machine.Id) ? null : statuses.WhyNotElsewhere(machine.Id);

    public bool CanReach(MachineId machine) => lines.Of(machine) is { Closed.IsCancellationRequested: false };

    /// <summary>Robots take customers and nothing else.</summary>
    public bool Understands(Machine machine, string commandKind) => commandKind == TermsOf(machine).CommandKind;

    public bool Fetches(Machine machine) => false;

    public IReadOnlyDictionary<string, string> FaultsIn(JsonElement settings) => RobotSettings.FaultsIn(settings);

    public void Close(MachineId machine) => lines.Of(machine)?.Close();

    public async Task<DeliveryResult> DeliverAsync(Machine machine, MachineCommand command, CancellationToken ct)
    {
        var payload = JsonSerializer.Deserialize<DeliveryPayload>(command.Payload)!;
        if (payload.Code is not { } code || lines.Of(machine.Id) is not { } line)
        {
            return new DeliveryResult(DeliveryOutcome.NotSent, "machine_offline");
        }

        var report = line.ReportOf(code);
        try
        {
            if (!await line.SendAsync(RobotFrame.CustomerQueue(payload.Email, code), ct))
            {
                return new DeliveryResult(DeliveryOutcome.NotSent, "machine_offline");
            }

            return await WaitAsync(machine, line, report, ct);
        }
        finally
        {
            line.Forget(code);
        }
    }

    public DeliveryResult AfterRestart(Machine machine, MachineCommand command) =>
        new(DeliveryOutcome.MaybeSent, "server_restarted");

    private async Task<DeliveryResult> WaitAsync(Machine machine, RobotLine line, Task<bool> report, CancellationToken ct)
    {
        var own = settings.Of(machine);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, line.Closed);
        var served = Task.Delay(TimeSpan.FromSeconds(own.ServeSeconds), clock, over.Token);
        await Task.WhenAny(report, served);
        if (line.Reports && !report.IsCompleted && !over.IsCancellationRequested)
        {
            await Task.WhenAny(report, Task.Delay(TimeSpan.FromSeconds(own.ReportWithin), clock, over.Token));
        }

        if (report.IsCompletedSuccessfully)
        {
            return await report
                ? new DeliveryResult(DeliveryOutcome.Delivered, "reported")
                : new DeliveryResult(DeliveryOutcome.Refused, "machine_failed");
        }

        ct.ThrowIfCancellationRequested();
        if (line.Closed.IsCancellationRequested) return new DeliveryResult(DeliveryOutcome.MaybeSent, "connection_lost");
        return line.Reports
            ? new DeliveryResult(DeliveryOutcome.Unknown, "no_answer")
            : new DeliveryResult(DeliveryOutcome.Delivered, "assumed");
    }
}
