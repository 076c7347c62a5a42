using System.Diagnostics;
using System.Diagnostics.Metrics;
using Automat.Server.Observability;
using Automat.Server.Tests.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Observability;

/// <summary>Numbers as Prometheus reads them.</summary>
public sealed class MetricsTests
{
    private static readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public void A_counter_counts_by_labels_and_ends_in_total()
    {
        using var meter = NewMeter(out var name);
        using var collector = new MetricsCollector();
        var counter = meter.CreateCounter<long>($"{name}.vends", "{vend}", "Vends by end.");

        counter.Add(2, new("tender", "chip"), new("end", "committed"));
        counter.Add(1, new("end", "committed"), new("tender", "chip"));
        counter.Add(1, new KeyValuePair<string, object?>("end", null));

        var lines = Lines(collector, name);
        Assert.Contains($"# HELP {name}_vends_total Vends by end.", lines);
        Assert.Contains($"# TYPE {name}_vends_total counter", lines);
        Assert.Contains($$"""{{name}}_vends_total{end="committed",tender="chip"} 3""", lines);
        Assert.Contains($$"""{{name}}_vends_total{end=""} 1""", lines);
    }

    [Fact]
    public void A_gauge_tells_what_is_now_and_forgets_what_is_gone()
    {
        using var meter = NewMeter(out var name);
        using var collector = new MetricsCollector();
        List<Measurement<double>> now = [new(4.5, new KeyValuePair<string, object?>("machine", "m1"))];
        meter.CreateObservableGauge($"{name}.temperature", () => now, "Cel");
        var queue = meter.CreateUpDownCounter<int>($"{name}.queue");
        queue.Add(3);
        queue.Add(-1);

        Assert.Contains($$"""{{name}}_temperature_celsius{machine="m1"} 4.5""", Lines(collector, name));
        now.Clear();

        Assert.DoesNotContain(Lines(collector, name), line => line.Contains("temperature", StringComparison.Ordinal));
        Assert.Contains($"{name}_queue 2", Lines(collector, name));
    }

    [Fact]
    public void A_histogram_counts_up_its_buckets()
    {
        using var meter = NewMeter(out var name);
        using var collector = new MetricsCollector();
        var histogram = meter.CreateHistogram(
            $"{name}.wait", "s", "Waits.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });

        foreach (var value in new[] { 0.05, 0.1, 0.5, 7 }) histogram.Record(value);

        Assert.Equal(
            [
                $"# HELP {name}_wait_seconds Waits.",
                $"# TYPE {name}_wait_seconds histogram",
                $$"""{{name}}_wait_seconds_bucket{le="0.1"} 2""",
                $$"""{{name}}_wait_seconds_bucket{le="1"} 3""",
                $$"""{{name}}_wait_seconds_bucket{le="+Inf"} 4""",
                $"{name}_wait_seconds_sum 7.65",
                $"{name}_wait_seconds_count 4",
            ],
            Lines(collector, name));
    }

    [Fact]
    public void Odd_names_and_values_are_escaped()
    {
        using var meter = NewMeter(out var name);
        using var collector = new MetricsCollector();
        meter.CreateCounter<int>($"{name}.odd-näme", "1", "Back\\slash\nand line.")
            .Add(1, new("le", "a\"b\\c\nd"), new("__x", true), new("1", 2.5));

        var lines = Lines(collector, name);
        Assert.Contains($"# HELP {name}_odd_n_me_total Back\\\\slash\\nand line.", lines);
        Assert.Contains($$"""{{name}}_odd_n_me_total{_1="2.5",tag_le="a\"b\\c\nd",x="true"} 1""", lines);
    }

    [Fact]
    public void Endless_labels_end_in_one_series()
    {
        using var meter = NewMeter(out var name);
        using var collector = new MetricsCollector();
        var counter = meter.CreateCounter<int>($"{name}.many");

        for (var i = 0; i < 10_000; i++) counter.Add(1, new KeyValuePair<string, object?>("id", i));

        var lines = Lines(collector, name);
        Assert.Equal(MetricSeries.Limit + 1, lines.Count(line => line[0] != '#'));
        Assert.Contains($$"""{{name}}_many_total{overflow="true"} {{10_000 - MetricSeries.Limit}}""", lines);
    }

    [Fact]
    public void Two_meters_of_one_name_are_one_family_and_a_gone_one_is_forgotten()
    {
        using var meter = NewMeter(out var name);
        using var collector = new MetricsCollector();
        meter.CreateCounter<int>($"{name}.sales").Add(1);
        using (var second = new Meter(meter.Name))
        {
            second.CreateCounter<int>($"{name}.sales").Add(2);

            Assert.Single(Lines(collector, name), line => line.StartsWith("# TYPE", StringComparison.Ordinal));
            Assert.Contains($"{name}_sales_total 3", Lines(collector, name));
        }

        Assert.Contains($"{name}_sales_total 1", Lines(collector, name));
    }

    [Fact]
    public void Counting_from_many_threads_loses_nothing()
    {
        using var meter = NewMeter(out var name);
        using var collector = new MetricsCollector();
        var counter = meter.CreateCounter<int>($"{name}.races");

        Parallel.For(0, 20_000, i => counter.Add(1, new KeyValuePair<string, object?>("lane", i % 7)));

        Assert.Equal(20_000, Lines(collector, name).Where(l => l[0] != '#').Sum(l => int.Parse(l.Split(' ')[1], null)));
    }

    [Fact]
    public void Strangers_meters_are_not_told()
    {
        using var meter = new Meter("AutomatButNotReally");
        using var collector = new MetricsCollector();
        meter.CreateCounter<int>("stranger").Add(1);

        Assert.DoesNotContain("stranger", collector.Expose(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S1-17")]
    public async Task The_page_holds_the_frameworks_numbers_and_promtool_can_read_it()
    {
        await using var server = await SmallServer.StartAsync(
            builder => builder.Services.AddMetricsText(),
            app =>
            {
                app.MapMetrics();
                app.MapGet("/hello/{name}", (string name) => name);
            });
        await server.Http.GetAsync("/hello/you", _ct);
        await server.Http.GetAsync("/metrics", _ct);

        var response = await server.Http.GetAsync("/metrics", _ct);
        var text = await response.Content.ReadAsStringAsync(_ct);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("""http_route="/hello/{name}""", text, StringComparison.Ordinal);
        Assert.Contains("kestrel_active_connections", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections_total", text, StringComparison.Ordinal);
        await PromtoolAsync(text);
    }

    private static async Task PromtoolAsync(string text)
    {
        using var promtool = TryStart("promtool", "check", "metrics");
        Assert.SkipWhen(promtool is null, "promtool is not installed");

        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var errors = await promtool.StandardError.ReadToEndAsync(_ct);
        var output = await promtool.StandardOutput.ReadToEndAsync(_ct);
        await promtool.WaitForExitAsync(_ct);

        // 3: it could read everything, but has a remark on style. The framework's names we keep as they are known.
        Assert.True(promtool.ExitCode is 0 or 3, errors + output);
        Assert.All(
            (errors + output).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches("^(dotnet|kestrel|http|db|npgsql)_", line));
    }

    private static Meter NewMeter(out string name)
    {
        var unique = Convert.ToHexStringLower(Guid.CreateVersion7().ToByteArray()[8..]);
        name = "t" + unique;
        return new Meter("Automat.Tests." + unique);
    }

    private static List<string> Lines(MetricsCollector collector, string name) =>
    [
        .. collector.Expose().Split('\n').Where(line => line.Contains(name, StringComparison.Ordinal)),
    ];

    private static Process? TryStart(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
