using System.Net.Http.Json;
using System.Text.Json;
using Automat.Server.Observability;
using Automat.Server.Tests.Platform;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Automat.Server.Tests.Observability;

/// <summary>Whether the server can do its work, for those who ask.</summary>
[Trait("Accepts", "S1-17")]
public sealed class HealthTests
{
    private static readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_component_tells_its_state()
    {
        await using var server = await StartAsync(
            ("database", () => HealthCheckResult.Healthy("answers", new Dictionary<string, object> { ["ms"] = 3 })),
            ("mqtt", () => HealthCheckResult.Degraded("no machines yet")));

        var response = await server.Http.GetAsync("/health", _ct);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(_ct);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("degraded", body.GetProperty("status").GetString());
        Assert.True(body.GetProperty("timestamp").GetDouble() > 1_700_000_000);
        var database = body.GetProperty("checks").GetProperty("database");
        Assert.Equal("healthy", database.GetProperty("status").GetString());
        Assert.Equal(3, database.GetProperty("details").GetProperty("ms").GetInt32());
        Assert.Equal("degraded", body.GetProperty("checks").GetProperty("mqtt").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Not_ready_is_503_but_still_alive_and_keeps_its_secrets()
    {
        await using var server = await StartAsync(
            ("database", () => throw new InvalidOperationException("Password=hunter2")));

        foreach (var path in new[] { "/health", "/health/ready" })
        {
            var response = await server.Http.GetAsync(path, _ct);
            var text = await response.Content.ReadAsStringAsync(_ct);

            Assert.Equal(503, (int)response.StatusCode);
            Assert.Contains("\"unhealthy\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        }

        Assert.Equal(200, (int)(await server.Http.GetAsync("/health/live", _ct)).StatusCode);
    }

    [Fact]
    public async Task Many_who_ask_at_once_cost_one_check()
    {
        var asked = 0;
        await using var server = await StartAsync(("database", Ask));

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => server.Http.GetAsync("/health", _ct)));

        Assert.InRange(asked, 1, 5);

        HealthCheckResult Ask()
        {
            Interlocked.Increment(ref asked);
            return HealthCheckResult.Healthy();
        }
    }

    private static Task<SmallServer> StartAsync(params (string Name, Func<HealthCheckResult> Check)[] checks) =>
        SmallServer.StartAsync(
            builder =>
            {
                var health = builder.Services.AddHealth();
                foreach (var (name, check) in checks)
                    health.Add(new HealthCheckRegistration(name, new Check(check), failureStatus: null, tags: null));
            },
            app => app.MapHealth());

    private sealed class Check(Func<HealthCheckResult> check) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(check());
    }
}
