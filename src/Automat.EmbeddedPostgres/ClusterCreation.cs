namespace Automat.EmbeddedPostgres;

/// <summary>Makes a new cluster: UTF-8, byte-order sorting, checksums, password on every connection.</summary>
internal static class ClusterCreation
{
    /// <summary>The cluster's first and only superuser.</summary>
    public const string Superuser = "automat";

    public static async Task RunAsync(
        ClusterFolder folder, PostgresBinaries binaries, ClusterUser user, bool durable, CancellationToken ct)
    {
        var password = folder.WriteNewPassword();
        // initdb reads the password as its own user, who cannot read ours.
        var passwordForInitdb = folder.Unfinished + ".password";
        ClusterFolder.MakePrivate(folder.Unfinished);
        ClusterFolder.WriteSecret(passwordForInitdb, password);
        try
        {
            await user.GiveAsync(folder.Unfinished, ct);
            await user.GiveAsync(passwordForInitdb, ct);

            List<string> command =
            [
                binaries.Program("initdb"), "-D", folder.Unfinished, "-U", Superuser, $"--pwfile={passwordForInitdb}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions",
            ];
            if (!durable) command.Add("--no-sync");
            var result = await WithBestLocaleAsync(command, binaries, user, ct);
            if (!result.Succeeded)
                throw new EmbeddedClusterException($"initdb could not make {folder.Cluster}: {result.Output}");
        }
        finally
        {
            File.Delete(passwordForInitdb);
        }

        if (Directory.Exists(folder.Cluster)) Directory.Delete(folder.Cluster);
        Directory.Move(folder.Unfinished, folder.Cluster);
    }

    /// <summary>
    /// Sorting by code point with full Unicode case rules, the same on every machine and after every system update:
    /// PostgreSQL's own locale from 17 on, the C library's before; where that has none, ASCII case rules must do.
    /// </summary>
    private static async Task<CommandResult> WithBestLocaleAsync(
        List<string> command, PostgresBinaries binaries, ClusterUser user, CancellationToken ct)
    {
        if (binaries.Major >= 17)
            return await user.RunAsync(
                [.. command, "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"], ct);

        var result = await user.RunAsync([.. command, "--locale=C.UTF-8"], ct);
        var unknown = !result.Succeeded && result.Output.Contains("locale", StringComparison.Ordinal);
        return unknown ? await user.RunAsync([.. command, "--locale=C"], ct) : result;
    }
}
