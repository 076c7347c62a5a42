using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// What machines are told. A command is written down first, handed over under one id, at least once and never after its
/// deadline; one that is not forced waits while somebody is buying.
/// </summary>
public sealed class MachineCommands
{
    /// <summary>How often a machine that fetches is given a command it does not acknowledge.</summary>
    private const int MostHandOuts = 20;

    /// <summary>
    /// So soon after it was handed out a command that is asked for again is the same attempt: the answer was lost, or the
    /// machine is still at it. One that waits for something new is not answered with it before that.
    /// </summary>
    private static readonly TimeSpan AttemptLasts = TimeSpan.FromSeconds(5);

    /// <summary>Commands that may wait for one machine.</summary>
    private const int MostOpen = 50;

    private readonly IServiceScopeFactory scopes;
    private readonly Journal.Journal journal;
    private readonly MachineDirectory machines;
    private readonly DriverRegistry drivers;
    private readonly VendSignals signals;
    private readonly CommandNews news;
    private readonly VendCounters counters;
    private readonly TimeProvider clock;

    /// <summary>Made by the container.</summary>
    public MachineCommands(IServiceProvider services)
    {
        scopes = services.GetRequiredService<IServiceScopeFactory>();
        journal = services.GetRequiredService<Journal.Journal>();
        machines = services.GetRequiredService<MachineDirectory>();
        drivers = services.GetRequiredService<DriverRegistry>();
        counters = services.GetRequiredService<VendCounters>();
        signals = services.GetRequiredService<VendSignals>();
        news = services.GetRequiredService<CommandNews>();
        clock = services.GetRequiredService<TimeProvider>();
    }

    /// <summary>Writes down what a machine is to do.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="kind">One of <see cref="CommandKinds"/>.</param>
    /// <param name="payload">What it needs to be told, as JSON.</param>
    /// <param name="deadline">After this it must not be done.</param>
    /// <param name="askedBy">Who asks.</param>
    /// <param name="forced">Also while somebody is buying.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="RuleException">
    /// <c>command_unsupported</c> when the machine's driver knows nothing of it, <c>too_many_commands</c> when too many wait,
    /// <c>machine_retired</c>.
    /// </exception>
    public async Task<MachineCommand> IssueAsync(
        Machine machine, string kind, string payload, DateTimeOffset deadline, string askedBy, bool forced, CancellationToken ct)
    {
        if (machine.State is MachineState.Retired)
        {
            throw new RuleException("machine_retired", $"{machine.Name} is retired; it takes no commands.");
        }

        if (drivers.Of(machine)?.Understands(machine, kind) is not true)
        {
            throw new RuleException("command_unsupported", $"{machine.Name} does not understand {kind}.");
        }

        await using (var scope = scopes.CreateScopeOf(machine.OrganizationId))
        {
            var open = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<MachineCommand>().CountAsync(
                c => c.MachineId == machine.Id && (c.State == CommandState.Waiting || c.State == CommandState.Sending)
                    && c.VendId == null, ct);
            if (open >= MostOpen)
            {
                throw new RuleException("too_many_commands", $"{open} commands wait for {machine.Name}; call some off first.");
            }
        }

        var now = clock.GetUtcNow();
        var command = new MachineCommand
        {
            Id = Id<MachineCommand>.New(now),
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            Kind = kind,
            Payload = payload,
            Deadline = deadline.ToUniversalTime(),
            CreatedAt = now,
            AskedBy = askedBy,
            Forced = forced,
        };
        await journal.ExecuteAsync(new IssueCommand(command, signals) { Organization = machine.OrganizationId }, ct);
        return command;
    }

    /// <summary>
    /// What a machine that fetches its commands is to do now, in order, on whichever node it asks. What it was given and has
    /// not answered it gets again under the same id; nothing is given out after its deadline.
    /// </summary>
    /// <param name="machine">The machine, as it signed in.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<MachineCommand>> TakeAsync(Machine machine, int most, CancellationToken ct) =>
        (await LookAsync(machine, most, ct)).Commands;

    /// <summary>As the other, and waits so long for something new to do when there is nothing.</summary>
    public async Task<IReadOnlyList<MachineCommand>> TakeAsync(
        Machine machine, int most, TimeSpan longest, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + longest;
        while (true)
        {
            var next = news.NextFor(machine.Id); // before looking: what comes meanwhile is not missed
            var (taken, fresh) = await LookAsync(machine, most, ct);
            var left = until - clock.GetUtcNow();
            if (fresh || left <= TimeSpan.Zero) return taken;
            try
            {
                await next.WaitAsync(taken.Count > 0 && left > AttemptLasts ? AttemptLasts : left, clock, ct);
            }
            catch (TimeoutException)
            {
                // Looked at once more: what it has at hand may count as lost by now.
            }
        }
    }

    /// <summary>A machine tells what became of a command. Safe to repeat; a late answer is still taken.</summary>
    /// <exception cref="RuleException">
    /// <c>command_unknown</c> when it is not this machine's, <c>command_not_taken</c> when it was never handed out.
    /// </exception>
    public async Task AnswerAsync(
        Machine machine, Id<MachineCommand> id, DeliveryOutcome outcome, string evidence, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var command = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<MachineCommand>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == id && c.MachineId == machine.Id, ct)
            ?? throw new RuleException("command_unknown", $"There is no command {id} for {machine.Id}.");
        if (command.Attempts == 0)
        {
            throw new RuleException("command_not_taken", $"Command {id} was never handed out.");
        }

        if (command.VendId is null)
        {
            await journal.ExecuteAsync(
                new EndCommand(command, outcome, evidence, signals) { Organization = command.OrganizationId }, ct);
            return;
        }

        var terms = drivers.TermsOf(machine);
        await journal.ExecuteAsync(
            new EndDelivery(command, outcome, evidence, terms, signals) { Organization = command.OrganizationId }, ct);
    }

    /// <summary>A command nobody needs any more; false when it was already handed over or has ended.</summary>
    internal Task<bool> CallOffAsync(MachineCommand command, CancellationToken ct) => journal.ExecuteAsync(
        new DropCommand(command.Id, "called_off", onlyWaiting: true) { Organization = command.OrganizationId }, ct);

    /// <summary>What is open for a machine, handed out; and whether any of it is news to the machine.</summary>
    private async Task<(IReadOnlyList<MachineCommand> Commands, bool Fresh)> LookAsync(
        Machine machine, int most, CancellationToken ct)
    {
        if (machine.State is MachineState.Retired || drivers.Of(machine) is not { } driver) return ([], false);
        if (!news.MayFind(machine.Id)) return ([], false);
        var terms = driver.TermsOf(machine);
        var taken = new List<MachineCommand>();
        var fresh = false;
        foreach (var command in await OpenAsync(machine, most, ct))
        {
            var again = command.State is CommandState.Sending;
            if (again && clock.GetUtcNow() - command.SentAt < AttemptLasts)
            {
                taken.Add(command);
                continue;
            }

            if (await BeginAsync(machine, command, terms, ct) is not HandOverTurn.Go) continue;
            if (command.VendId is { } sale && !again) await counters.NoteAsync(machine, sale, ct);
            fresh = true;
            taken.Add(command with
            {
                State = CommandState.Sending,
                Attempts = command.Attempts + 1,
                SentAt = clock.GetUtcNow(),
                SentBy = null,
            });
        }

        return (taken, fresh);
    }

    private Task<HandOverTurn> BeginAsync(Machine machine, MachineCommand command, DeliveryTerms terms, CancellationToken ct) =>
        command is { VendId: not null, State: CommandState.Waiting }
            ? journal.ExecuteAsync(
                new BeginDelivery(command, node: null, terms, signals) { Organization = machine.OrganizationId }, ct)
            : journal.ExecuteAsync(
                new BeginCommand(command, node: null, MostHandOuts) { Organization = machine.OrganizationId }, ct);

    private async Task<List<MachineCommand>> OpenAsync(Machine machine, int most, CancellationToken ct)
    {
        var nothing = false;
        news.Looking(machine.Id);
        try
        {
            await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
            var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
            var now = clock.GetUtcNow();
            // What a node is handing over itself is not given out beside it.
            var open = await db.Set<MachineCommand>().AsNoTracking()
                .Where(c => c.MachineId == machine.Id && c.Deadline > now && c.Attempts < MostHandOuts
                    && (c.State == CommandState.Waiting || (c.State == CommandState.Sending && c.SentBy == null)))
                .OrderBy(c => c.Id).Take(MostOpen + most).ToListAsync(ct);
            nothing = open.Count == 0;
            // Asked here only to spare the journal; the journal asks again, and its answer counts.
            if (open.Any(WaitsForSales) && await db.Set<Vend>().AnyAsync(
                v => v.Machine == machine.Id && (v.Status == VendStatus.Reserved || v.Status == VendStatus.Delivering), ct))
            {
                open.RemoveAll(WaitsForSales);
            }

            return [.. open.Take(most)];
        }
        finally
        {
            if (!nothing) news.Found(machine.Id);
        }
    }

    private static bool WaitsForSales(MachineCommand command) =>
        command is { VendId: null, Forced: false, State: CommandState.Waiting };
}
