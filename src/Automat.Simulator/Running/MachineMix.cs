using System.Globalization;
using Automat.Simulator.Faults;
using Automat.Simulator.Kinds;
using Automat.Simulator.Machines;

namespace Automat.Simulator.Running;

/// <summary>Which machines take part.</summary>
public static class MachineMix
{
    private const int Most = 50_000;

    /// <summary>New machines, mixed by kind.</summary>
    /// <param name="count">How many.</param>
    /// <param name="shares">Shares such as <c>arcade=1,robot=2</c>; null for as many of each kind.</param>
    /// <param name="seed">Makes their secrets.</param>
    /// <exception cref="FormatException">The shares name no kind, or are no numbers.</exception>
    public static IReadOnlyList<Participant> Of(int count, string? shares, int seed)
    {
        if (count is < 1 or > Most) throw new FormatException($"There are 1 to {Most} machines.");
        var kinds = shares is null
            ? [.. MachineKinds.All.Select(kind => (Kind: kind, Share: 1))]
            : shares.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Read).ToList();
        var sum = kinds.Sum(k => (long)k.Share);
        if (sum == 0) throw new FormatException("The shares sum to nothing.");
        var secrets = new Dice(seed, "machines", "secrets");
        var participants = new List<Participant>(count);
        long passed = 0;
        foreach (var (kind, share) in kinds)
        {
            passed += share;
            for (var number = 0; participants.Count < count * passed / sum; number++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{kind.Name}-{number + 1:0000}");
                participants.Add(new Participant(kind, new MachineIdentity(id, $"sim-{secrets.Hex()}{secrets.Hex()}"), number));
            }
        }

        return participants;
    }

    /// <summary>Machines a server has already.</summary>
    /// <param name="ids">Written <c>kind=id</c>, several ids parted by commas.</param>
    /// <param name="secret">The secret of all of them.</param>
    /// <exception cref="FormatException">Something is missing.</exception>
    public static IReadOnlyList<Participant> Named(IReadOnlyList<string> ids, string? secret)
    {
        if (ids.Count == 0) throw new FormatException("Say which of the server's machines: --ids native-http=snack-1.");
        if (secret is null) throw new FormatException("The machines in --ids need their --secret.");
        var participants = new List<Participant>();
        foreach (var written in ids)
        {
            var parts = written.Split('=', 2);
            if (parts.Length != 2) throw new FormatException($"'{written}': write kind=id.");
            var kind = MachineKinds.Named(parts[0]);
            participants.AddRange(parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select((id, at) => new Participant(kind, new MachineIdentity(id, secret), participants.Count + at)));
        }

        return participants;
    }

    private static (IMachineKind Kind, int Share) Read(string written)
    {
        var parts = written.Split('=', 2);
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var share)
            ? (MachineKinds.Named(parts[0]), share)
            : throw new FormatException($"'{written}': write kind=share, such as arcade=1.");
    }
}
