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

    /// <summary>Commands that may wait for one machine.</summary>
    private const int MostOpen = 50;

    private readonly IServiceScopeFactory scopes;
    private readonly Journal.Journal journal;
    private readonly MachineDirectory machines;
    private readonly DriverRegistry drivers;
    private readonly VendSignals signals;
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
    /// What a machine that fetches its commands is to do now, in order. What it was given and has not answered it gets again
    /// under the same id; nothing is given out after its deadline.
    /// </summary>
    /// <param name="machine">The machine, as it signed in.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<MachineCommand>> TakeAsync(Machine machine, int most, CancellationToken ct)
    {
        if (machine.State is MachineState.Retired || drivers.Of(machine) is not { } driver) return [];
        var terms = driver.TermsOf(machine);
        var taken = new List<MachineCommand>();
        foreach (var command in await OpenAsync(machine, most, ct))
        {
            var again = command.State is CommandState.Sending;
            var begun = command.VendId is { } vend && !again
                ? await journal.ExecuteAsync(
                    new BeginDelivery(command.Id, vend, command.Attempts, terms, signals) { Organization = command.OrganizationId }, ct)
                : await journal.ExecuteAsync(
                    new BeginCommand(command, MostHandOuts) { Organization = command.OrganizationId }, ct);
            if (!begun) continue;
            if (command.VendId is { } sale && !again) await counters.NoteAsync(machine, sale, ct);
            taken.Add(command with
            {
                State = CommandState.Sending,
                Attempts = command.Attempts + 1,
                SentAt = clock.GetUtcNow(),
            });
        }

        return taken;
    }

    /// <summary>As the other, and waits so long for something to do when there is nothing.</summary>
    public async Task<IReadOnlyList<MachineCommand>> TakeAsync(
        Machine machine, int most, TimeSpan longest, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + longest;
        while (true)
        {
            var news = signals.NewsFor(machine.Id); // before looking: what comes meanwhile is not missed
            var taken = await TakeAsync(machine, most, ct);
            var left = until - clock.GetUtcNow();
            if (taken.Count > 0 || left <= TimeSpan.Zero) return taken;
            try
            {
                await news.WaitAsync(left, clock, ct);
            }
            catch (TimeoutException)
            {
                return [];
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
                new EndCommand(command, outcome, evidence) { Organization = command.OrganizationId }, ct);
            return;
        }

        var terms = drivers.TermsOf(machine);
        await journal.ExecuteAsync(
            new EndDelivery(command, outcome, evidence, terms, signals) { Organization = command.OrganizationId }, ct);
    }

    /// <summary>A command nobody needs any more; false when it was already handed over or has ended.</summary>
    internal Task<bool> CallOffAsync(MachineCommand command, CancellationToken ct) => journal.ExecuteAsync(
        new DropCommand(command.Id, "called_off", onlyWaiting: true) { Organization = command.OrganizationId }, ct);

    private async Task<List<MachineCommand>> OpenAsync(Machine machine, int most, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var now = clock.GetUtcNow();
        return await db.Set<MachineCommand>().AsNoTracking()
            .Where(c => c.MachineId == machine.Id && c.Deadline > now && c.Attempts < MostHandOuts
                && (c.State == CommandState.Waiting || c.State == CommandState.Sending)
                && (c.VendId != null || c.Forced || c.State == CommandState.Sending
                    || !db.Set<Vend>().Any(v => v.Machine == machine.Id
                        && (v.Status == VendStatus.Reserved || v.Status == VendStatus.Delivering))))
            .OrderBy(c => c.Id).Take(most).ToListAsync(ct);
    }
}
