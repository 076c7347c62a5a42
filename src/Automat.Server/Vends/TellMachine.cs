using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>What staff want a machine to do.</summary>
/// <param name="Kind">One of <see cref="CommandKinds.ForStaff"/>.</param>
/// <param name="Arguments">What the kind needs, such as slot and price.</param>
/// <param name="DeadlineSeconds">1 to 86400, 60 when absent; later it is not done any more.</param>
/// <param name="Force">Also while somebody is buying.</param>
internal sealed record TellMachineRequest(string? Kind, JsonElement? Arguments, int? DeadlineSeconds, bool? Force);

/// <summary>A command as staff see it.</summary>
internal sealed record CommandView(
    Guid Id, string Machine, Guid? Vend, string Kind, JsonElement Arguments, string State, string? Outcome, int Attempts,
    string AskedBy, bool Forced, DateTimeOffset CreatedAt, DateTimeOffset Deadline, DateTimeOffset? SentAt,
    DateTimeOffset? AcknowledgedAt)
{
    public static CommandView Of(MachineCommand command) => new(
        command.Id.Value, command.MachineId.Value, command.VendId?.Value, command.Kind,
        // What a sale tells its machine is the customer's affair.
        command.VendId is null ? JsonElement.Parse(command.Payload) : JsonElement.Parse("{}"),
        JsonNamingPolicy.SnakeCaseLower.ConvertName(command.State.ToString()), command.Outcome, command.Attempts,
        command.AskedBy, command.Forced, command.CreatedAt, command.Deadline, command.SentAt, command.AcknowledgedAt);
}

/// <summary>Staff tell a machine what to do, see what became of it, and call off what has not been handed over.</summary>
internal sealed class TellMachine
{
    private const int UsualDeadline = 60;
    private const int LongestDeadline = 86_400;
    private const int Most = 100;

    private readonly AutomatDb db;
    private readonly MachineCommands commands;
    private readonly SetMachineState states;
    private readonly PutPlanogram planogram;
    private readonly TimeProvider clock;

    public TellMachine(IServiceProvider services)
    {
        db = services.GetRequiredService<AutomatDb>();
        commands = services.GetRequiredService<MachineCommands>();
        states = services.GetRequiredService<SetMachineState>();
        planogram = services.GetRequiredService<PutPlanogram>();
        clock = services.GetRequiredService<TimeProvider>();
    }

    public async Task<MachineCommand> RunAsync(
        ClaimsPrincipal caller, string id, TellMachineRequest request, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(caller, id, ct);
        var arguments = request.Arguments ?? JsonElement.Parse("{}");
        FieldsException.ThrowIfAny("command_invalid", FaultsIn(request, arguments));
        var kind = request.Kind!;
        if (kind == CommandKinds.SetPrice)
        {
            var slot = arguments.GetProperty("slot").GetString()!;
            if (!await db.Set<Slot>().AnyAsync(s => s.MachineId == machine.Id && s.Code == slot, ct))
            {
                throw new RuleException("slot_unknown", $"{machine.Name} has no slot {slot}.");
            }
        }

        var now = clock.GetUtcNow();
        var command = await commands.IssueAsync(
            machine, kind, arguments.GetRawText(), now.AddSeconds(request.DeadlineSeconds ?? UsualDeadline), caller.ActorOf(),
            request.Force ?? false, ct);
        db.Note(machine.OrganizationId, $"machine.told_{kind}", "machine_command", command.Id.ToString());
        await db.SaveChangesAsync(ct);
        await OursTooAsync(caller, machine, kind, arguments, ct);
        return command;
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("", async (
            string machine, TellMachineRequest request, TellMachine tell, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var command = await tell.RunAsync(caller, machine, request, ct);
            return TypedResults.Created($"/api/v1/machines/{machine}/commands/{command.Id}", CommandView.Of(command));
        }).RequirePermission(Permission.MachineWrite).WithName(nameof(TellMachine)).WithSummary("Tell a machine to do something");
        routes.MapGet("", ListAsync).RequirePermission(Permission.MachineRead)
            .WithName("ListCommands").WithSummary("What a machine was told and what became of it, newest first");
        routes.MapGet("/{id:guid}", async (string machine, Guid id, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(CommandView.Of(await FindAsync(db, caller, machine, id, ct))))
            .RequirePermission(Permission.MachineRead).WithName("GetCommand").WithSummary("A command and what became of it");
        routes.MapDelete("/{id:guid}", async (
            string machine, Guid id, AutomatDb db, MachineCommands commands, ClaimsPrincipal caller,
            CancellationToken ct) =>
        {
            var command = await FindAsync(db, caller, machine, id, ct);
            if (command.VendId is not null || !await commands.CallOffAsync(command, ct))
            {
                throw new RuleException("command_status", "It was handed over already, has ended, or belongs to a sale.");
            }

            db.Note(command.OrganizationId, "machine.command_called_off", "machine_command", command.Id.ToString());
            await db.SaveChangesAsync(ct);
            return TypedResults.NoContent();
        }).RequirePermission(Permission.MachineWrite).WithName("CallOffCommand").WithSummary("Call off a command that was not handed over yet");
    }

    /// <summary>What the command is about is true for us at once: no customer pays before the machine has heard of it.</summary>
    private async Task OursTooAsync(
        ClaimsPrincipal caller, Machine machine, string kind, JsonElement arguments, CancellationToken ct)
    {
        switch (kind)
        {
            case CommandKinds.SetPrice:
                await planogram.SetPriceAsync(
                    machine, arguments.GetProperty("slot").GetString()!, arguments.GetProperty("price").GetInt64(), ct);
                break;
            case CommandKinds.Lock or CommandKinds.SetOutOfService:
                await states.RunAsync(caller, machine.Id.Value, MachineState.OutOfService, ct);
                break;
            case CommandKinds.Unlock:
                await states.RunAsync(caller, machine.Id.Value, MachineState.Active, ct);
                break;
        }
    }

    private static Dictionary<string, string> FaultsIn(TellMachineRequest request, JsonElement arguments)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.DeadlineSeconds is < 1 or > LongestDeadline) faults["deadline_seconds"] = $"Between 1 and {LongestDeadline}.";
        if (!CommandKinds.ForStaff.Contains(request.Kind, StringComparer.Ordinal))
        {
            faults["kind"] = $"One of {string.Join(", ", CommandKinds.ForStaff)}.";
        }
        else if (arguments.ValueKind is not JsonValueKind.Object) faults["arguments"] = "Arguments are a JSON object.";
        else foreach (var (field, sentence) in CommandArguments.FaultsIn(request.Kind!, arguments)) faults[field] = sentence;
        return faults;
    }

    private static async Task<MachineCommand> FindAsync(
        AutomatDb db, ClaimsPrincipal caller, string machine, Guid id, CancellationToken ct)
    {
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var wanted = new Id<MachineCommand>(id);
        return await db.Set<MachineCommand>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == wanted && c.MachineId == own.Id, ct)
            ?? throw new RuleException("command_unknown", $"There is no command {id} for {own.Id}.");
    }

    private static async Task<IResult> ListAsync(
        string machine, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var query = db.Set<MachineCommand>().AsNoTracking().Where(c => c.MachineId == own.Id);
        if (cursor is { } before) query = query.Where(c => (Guid)(object)c.Id < before);
        var page = await query.OrderByDescending(c => c.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(CommandView.Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }
}
