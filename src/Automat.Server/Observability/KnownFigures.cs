using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Automat.Server.Observability;

/// <summary>
/// Figures under the names that dashboards of smart fridges already ask for, made from what the framework measures anyway. A
/// label is a route or a status, never an address or an id, so that there are only so many.
/// </summary>
internal sealed class KnownFigures : IHostedService, IDisposable
{
    private static readonly double[] Seconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly Meter meter = new("Automat.Dashboards");
    private readonly MeterListener listener = new();
    private readonly Counter<long> requests;
    private readonly Histogram<double> durations;
    private readonly Counter<long> payments;
    private readonly Uri? provider;
    private readonly string folder;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private TimeSpan worked;
    private long looked;

    /// <summary>Begins to listen when the server starts.</summary>
    public KnownFigures(IConfiguration configuration, TimeProvider clock)
    {
        this.clock = clock;
        folder = Path.GetFullPath(configuration["Automat:DataDirectory"] is { Length: > 0 } data ? data : ".");
        Uri.TryCreate(configuration["Stripe:ApiBase"] ?? "https://api.stripe.com", UriKind.Absolute, out provider);
        worked = Environment.CpuUsage.TotalTime;
        looked = clock.GetTimestamp();
        requests = meter.CreateCounter<long>("visionvend_http_requests", description: "Requests by method, route and status.");
        durations = meter.CreateHistogram(
            "visionvend_http_request_duration", "s", "How long requests took, by method and route.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        payments = meter.CreateCounter<long>("visionvend_payment_requests", description: "Requests to the payment provider.");
        meter.CreateObservableGauge("visionvend_system_cpu_usage", Processor, description: "Share of all processor time this server used since the last look, in percent.");
        meter.CreateObservableGauge("visionvend_system_memory_usage", Memory, description: "Memory in use of what this server may use, in percent.");
        meter.CreateObservableGauge("visionvend_system_disk_usage", Disk, description: "Use of the disk with this server's data, in percent.");
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name is "http.server.request.duration" or "http.client.request.duration") to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        listener.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        listener.Dispose();
        meter.Dispose();
    }

    private void Hear(Instrument instrument, double value, ReadOnlySpan<Tag> tags)
    {
        if (instrument.Name == "http.client.request.duration")
        {
            if (provider is not null && Equals(Find(tags, "server.address"), provider.Host) && Equals(Find(tags, "server.port"), provider.Port)) payments.Add(1);
            return;
        }

        var method = new Tag("method", Find(tags, "http.request.method") ?? "_OTHER");
        var endpoint = new Tag("endpoint", Find(tags, "http.route") ?? "unmatched");
        requests.Add(1, method, endpoint, new Tag("status", Find(tags, "http.response.status_code")));
        durations.Record(value, method, endpoint);
    }

    private static object? Find(ReadOnlySpan<Tag> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name) return tag.Value;
        }

        return null;
    }

    private double Processor()
    {
        lock (gate)
        {
            var (now, at) = (Environment.CpuUsage.TotalTime, clock.GetTimestamp());
            var passed = clock.GetElapsedTime(looked, at);
            var share = passed > TimeSpan.Zero ? (now - worked) / passed / Environment.ProcessorCount * 100 : 0;
            (worked, looked) = (now, at);
            return Math.Clamp(share, 0, 100);
        }
    }

    private static double Memory()
    {
        var memory = GC.GetGCMemoryInfo();
        using var own = Process.GetCurrentProcess();
        return memory.TotalAvailableMemoryBytes > 0 ? Math.Clamp(100.0 * own.WorkingSet64 / memory.TotalAvailableMemoryBytes, 0, 100) : 0;
    }

    private IEnumerable<Measurement<double>> Disk()
    {
        try
        {
            var drive = new DriveInfo(folder);
            return [new Measurement<double>(100.0 * (drive.TotalSize - drive.AvailableFreeSpace) / Math.Max(drive.TotalSize, 1))];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return []; // not a disk, or none we may ask about
        }
    }
}
