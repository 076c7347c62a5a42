using Automat.Domain;
using Automat.Protocol;
using Automat.Server.Data;
using Automat.Server.Devices;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>
/// The machine says what became of a command. It is booked before it is answered, also when nobody waits for it any more: a
/// late word settles a doubt.
/// </summary>
internal sealed class AcknowledgeCommand(AutomatDb db, MachineSales sales, MachineCommands commands, AwaitedAnswers answers)
{
    public async Task<AcknowledgementAnswer> RunAsync(Machine machine, string? id, Acknowledgement told, CancellationToken ct)
    {
        var command = Guid.TryParseExact(id, "D", out var parsed) ? await FindAsync(machine, new Id<MachineCommand>(parsed), ct) : null;
        if (command is null) throw new RuleException("command_unknown", "There is no such command for this machine.");
        var done = told.Outcome is CommandOutcome.Done;
        var word = DeviceJson.Word(
            told.Detail, told.Outcome switch
            {
                CommandOutcome.Done => "acknowledged",
                CommandOutcome.Failed => "machine_failed",
                CommandOutcome.Refused => "machine_refused",
            });
        var outcome = done ? DeliveryOutcome.Delivered : DeliveryOutcome.Refused;
        if (command.VendId is not { } vend) await commands.AnswerAsync(machine, command.Id, outcome, word, ct);
        else if (done) await sales.CommitAsync(machine, vend, amount: null, word, ct);
        else await sales.CancelAsync(machine, vend, word, ct);
        answers.Answered(command.Id.ToString(), new DeliveryResult(outcome, word));
        return new AcknowledgementAnswer(command.Id.ToString(), done ? "done" : "failed");
    }

    private Task<MachineCommand?> FindAsync(Machine machine, Id<MachineCommand> id, CancellationToken ct) =>
        db.Set<MachineCommand>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.MachineId == machine.Id, ct);

    public static void Map(IEndpointRouteBuilder device) => device
        .MapPost("/commands/{id}/acknowledgement", async (
            string id, HttpContext http, AcknowledgeCommand acknowledge, CancellationToken ct) => DeviceJson.Answer(
                await acknowledge.RunAsync(http.Machine(), id, DeviceJson.Read(http, ProtocolJson.Default.Acknowledgement), ct),
                ProtocolJson.Default.AcknowledgementAnswer))
        .Accepts<Acknowledgement>("application/json").Produces<AcknowledgementAnswer>()
        .ProducesProblem(404).ProducesProblem(409)
        .WithName("DeviceAcknowledge").WithSummary("Say what became of a command");
}
