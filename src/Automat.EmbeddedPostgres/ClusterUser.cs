using System.Globalization;

namespace Automat.EmbeddedPostgres;

/// <summary>
/// The user the cluster runs as. PostgreSQL refuses root, so a server started as root hands its cluster to another
/// user, in whatever folder the data is.
/// </summary>
/// <param name="Prefix">What goes before a command to run it as that user; empty for ourselves.</param>
/// <param name="Owner">Numeric <c>user:group</c> of the cluster's files; null when they are ours.</param>
internal sealed record ClusterUser(IReadOnlyList<string> Prefix, string? Owner)
{
    public static ClusterUser Ourselves { get; } = new([], null);

    public static async Task<ClusterUser> ChooseAsync(
        ClusterFolder folder, PostgresBinaries binaries, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess) return Ourselves;

        var account = await AccountAsync(folder, ct);
        foreach (var prefix in Ways(account))
        {
            var user = new ClusterUser(prefix, $"{account.Uid}:{account.Gid}");
            if (await user.CanReachAsync(folder, binaries, ct)) return user;
        }

        throw new EmbeddedClusterException(
            $"PostgreSQL refuses to run as root, and user {account.Name} cannot reach {folder.Root} or "
            + $"{binaries.Folder}; start the server as an ordinary user or choose folders everybody can enter, "
            + "such as /var/lib/automat.");
    }

    /// <summary>Runs a command as this user.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> command, CancellationToken ct) =>
        Command.RunAsync([.. Prefix, .. command], ct);

    /// <summary>Makes a file or folder of ours this user's.</summary>
    public async Task GiveAsync(string path, CancellationToken ct)
    {
        if (Owner is null) return;
        var result = await Command.RunAsync(["chown", "-h", Owner, path], ct);
        if (!result.Succeeded) throw new EmbeddedClusterException(result.Output);
    }

    /// <summary>
    /// The ways to become another user, least power first. Where plain is not enough (a checkout in /root, a private
    /// temporary folder) one capability lets that user pass folders it could not enter: to read anything, or, where a
    /// container has not even that, to also write anything.
    /// </summary>
    internal static IEnumerable<IReadOnlyList<string>> Ways(Account account)
    {
        string[] setpriv = ["setpriv", $"--reuid={account.Uid}", $"--regid={account.Gid}", "--clear-groups"];
        yield return [.. setpriv, "--"];
        // access(2), with which initdb checks programs, forgets capabilities unless that bit is set.
        setpriv = [.. setpriv, "--securebits=+no_setuid_fixup"];
        yield return [.. setpriv, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--"];
        yield return [.. setpriv, "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--"];
        yield return ["runuser", "-u", account.Name, "--"];
        yield return ["su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", account.Name, "--"];
        yield return ["sudo", "-n", "-u", account.Name, "--"];
    }

    /// <summary>Asks the system instead of computing rights: enter the folder, let initdb find its parts.</summary>
    private async Task<bool> CanReachAsync(ClusterFolder folder, PostgresBinaries binaries, CancellationToken ct)
    {
        const string Test = "cd \"$1\" && \"$2\" --show -D \"$1\"";
        string[] command = [.. Prefix, "/bin/sh", "-c", Test, "sh", folder.Root, binaries.Program("initdb")];
        return await Command.TryRunAsync(command, ct) is { Succeeded: true };
    }

    private static async Task<Account> AccountAsync(ClusterFolder folder, CancellationToken ct)
    {
        if (folder.Major() is not null) return await OwnerAsync(folder.Cluster, ct);

        return await NamedAsync("postgres", ct)
            ?? await NamedAsync("nobody", ct)
            ?? throw new EmbeddedClusterException(
                "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody; "
                + "start the server as an ordinary user.");
    }

    private static async Task<Account> OwnerAsync(string path, CancellationToken ct)
    {
        // "drwx------ 19 101 104 4096 …": the one spelling all Unix systems share.
        var listed = await Command.RunAsync(["ls", "-nd", path], ct);
        var fields = listed.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var uid = int.Parse(fields[2], CultureInfo.InvariantCulture);
        var gid = int.Parse(fields[3], CultureInfo.InvariantCulture);
        if (uid == 0)
            throw new EmbeddedClusterException(
                $"{path} belongs to root, whom PostgreSQL refuses to serve; give it away: chown -R postgres {path}");
        var name = await Command.RunAsync(["id", "-nu", $"{uid}"], ct);
        return new(name.Succeeded ? name.Output : $"{uid}", uid, gid);
    }

    private static async Task<Account?> NamedAsync(string name, CancellationToken ct)
    {
        var uid = await Command.RunAsync(["id", "-u", name], ct);
        var gid = await Command.RunAsync(["id", "-g", name], ct);
        if (!uid.Succeeded || !gid.Succeeded) return null;
        return new(
            name,
            int.Parse(uid.Output, CultureInfo.InvariantCulture),
            int.Parse(gid.Output, CultureInfo.InvariantCulture));
    }

    internal sealed record Account(string Name, int Uid, int Gid);
}
