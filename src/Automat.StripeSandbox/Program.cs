using System.Globalization;
using System.Runtime.InteropServices;
using Automat.StripeSandbox;

if (args.Contains("--help") || args.Length % 2 == 1) return Explain();

var options = new SandboxOptions { Port = 12111, SettleDelayedAfter = TimeSpan.FromSeconds(10) };
for (var i = 0; i < args.Length; i += 2)
{
    var value = args[i + 1];
    switch (args[i])
    {
        case "--host": options = options with { Host = value }; break;
        case "--port": options = options with { Port = int.Parse(value, CultureInfo.InvariantCulture) }; break;
        case "--secret-key": options = options with { SecretKey = value }; break;
        case "--webhook-secret": options = options with { WebhookSecret = value }; break;
        case "--webhook-url": options = options with { WebhookUrls = [.. options.WebhookUrls, value] }; break;
        case "--data": options = options with { DataFile = value }; break;
        case "--public-url": options = options with { PublicUrl = value }; break;
        case "--settle-after":
            var seconds = int.Parse(value, CultureInfo.InvariantCulture);
            options = options with { SettleDelayedAfter = seconds < 0 ? null : TimeSpan.FromSeconds(seconds) };
            break;
        default: return Explain();
    }
}

using var ending = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);

await using var host = await StripeSandboxHost.StartAsync(options, ending.Token);
Console.WriteLine($"Stripe sandbox on {host.BaseAddress} (no real money). Overview: {host.BaseAddress}_sandbox");
Console.WriteLine($"secret key      {host.SecretKey}");
Console.WriteLine($"webhook secret  {host.WebhookSecret}");
try
{
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ending.Token);
}
catch (OperationCanceledException)
{
    // Asked to end.
}
return 0;

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ending.Cancel();
}

static int Explain()
{
    Console.WriteLine("""
        A Stripe-compatible server for development and tests. No real money.

          --port 12111              port to listen on; 0 takes any free one
          --host 127.0.0.1          address to listen on
          --secret-key sk_test_…    key clients must show; made when absent
          --webhook-secret whsec_…  signs events; made when absent
          --webhook-url URL         where events go; may be given several times
          --data FILE               keeps everything across restarts
          --public-url URL          where browsers reach the pay pages
          --settle-after 10         seconds until a delayed payment settles; -1: only by the control interface
        """);
    return 2;
}
