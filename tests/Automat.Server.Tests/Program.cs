using Automat.Server.Tests.Journal;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Automat.Server.Tests;

/// <summary>The test program; with "sell" first, a small server whose journal sells until a test kills it.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        ["sell", var organization, var killAt] => await SellingProcess.RunAsync(organization, killAt),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(args),
    };
}
