using System.Collections.Concurrent;
using System.Diagnostics;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Vends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Automat.Server.Tests.Journal;

/// <summary>
/// Sixteen callers that sell by fixed keys, in this process or in one to be killed. Each answer is told as soon as it is
/// there, so that the test knows what a customer or a machine was promised.
/// </summary>
internal static class SellingProcess
{
    public const int Chips = 5;
    public const long Credit = 20 * TestSales.Price;

    private const string AddressVariable = "AUTOMAT_TEST_DATABASE";
    private const int Callers = 16;
    private const int SalesOfEach = 12;

    /// <summary>Starts the process; it sells until it is done or killed.</summary>
    public static Process Start(DatabaseAddress address, Id<Organization> organization, string killAt)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SellingProcess).Assembly.Location);
        }

        foreach (var argument in new[] { "sell", organization.ToString(), killAt }) start.ArgumentList.Add(argument);
        start.Environment[AddressVariable] = address.Serving;
        return Process.Start(start)!;
    }

    /// <summary>The process's work.</summary>
    public static async Task<int> RunAsync(string organization, string killAt)
    {
        var address = Environment.GetEnvironmentVariable(AddressVariable)!;
        var services = new ServiceCollection();
        services.AddModules().AddSingleton(new DatabaseAddress(address, address)).AddLogging().AddMetrics();
        services.AddSingleton(TimeProvider.System);
        await using var provider = services.BuildServiceProvider();
        var journal = provider.GetRequiredService<Server.Journal.Journal>();
        if (killAt != "-") Steps.KillAt(killAt);
        await ((IHostedService)journal).StartAsync(CancellationToken.None);
        using var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await SellAsync(
            journal, new Id<Organization>(Guid.Parse(organization)), (key, answer) => output.WriteLine($"{key} {answer}"));
        await ((IHostedService)journal).StopAsync(CancellationToken.None);
        return 0;
    }

    /// <summary>Does all of the work, telling each answer.</summary>
    public static async Task SellAsync(
        Server.Journal.Journal journal, Id<Organization> organization, Action<string, string> tell)
    {
        var sales = new TestSales(organization);
        foreach (var chip in Enumerable.Range(0, Chips))
        {
            tell($"chip:{chip}", $"{await journal.ExecuteAsync(sales.TopUp($"{chip}", Credit))}");
        }

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < SalesOfEach; i++) await SellOneAsync(journal, sales, caller, i, tell);
        })));
    }

    /// <summary>All answers of a process that may have been killed while it wrote the last.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> AnswersAsync(Process process)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = await process.StandardOutput.ReadToEndAsync();
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            answers.Add(line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]);
        }

        return answers;
    }

    /// <summary>All answers when the work is done here, under the same keys.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> AnswersAsync(
        Server.Journal.Journal journal, Id<Organization> organization)
    {
        var answers = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await SellAsync(journal, organization, (key, answer) => Assert.True(answers.TryAdd(key, answer)));
        return answers;
    }

    private static async Task SellOneAsync(
        Server.Journal.Journal journal, TestSales sales, int caller, int i, Action<string, string> tell)
    {
        var name = $"{caller}:{i}";
        Guid vend;
        try
        {
            vend = await journal.ExecuteAsync(sales.Reserve($"reserve:{name}", $"{(caller + i) % Chips}"));
            tell($"reserve:{name}", $"{vend}");
        }
        catch (RuleException refused) when (refused.Code == "insufficient_credit")
        {
            return; // nothing was done, so another time it may be answered otherwise
        }

        var end = await journal.ExecuteAsync(sales.Settle(vend, i % 3 == 0 ? Settlement.Cancel : Settlement.Commit));
        tell($"settle:{name}", $"{end}");
        if (end is not VendStatus.Committed || i % 4 != 1) return;
        tell($"refund:{name}", $"{await journal.ExecuteAsync(sales.Refund($"refund:{name}", vend, 50))}");
    }
}
