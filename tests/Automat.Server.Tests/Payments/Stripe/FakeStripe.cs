using System.Collections.Concurrent;
using System.Text;
using Automat.Server.Payments;
using Automat.Server.Payments.Stripe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Automat.Server.Tests.Payments.Stripe;

/// <summary>One request as it came over the wire.</summary>
internal sealed record Seen(string Method, string Target, IHeaderDictionary Headers, string Body)
{
    /// <summary>The form's fields, decoded, in order.</summary>
    public IEnumerable<string> Fields => Body.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => Uri.UnescapeDataString(pair.Replace("=", " = ", StringComparison.Ordinal)));
}

/// <summary>
/// A real HTTP server that answers what a test scripts, request by request, and keeps what it was asked.
/// </summary>
internal sealed class FakeStripe : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _script = new();
    private readonly ConcurrentQueue<Seen> _seen = new();
    private readonly List<ServiceProvider> _services = [];

    private FakeStripe(WebApplication app) => _app = app;

    public IReadOnlyList<Seen> Requests => [.. _seen];

    public Seen Only => Assert.Single(_seen);

    public StringBuilder Log { get; } = new();

    public string Address => _app.Urls.Single();

    public static async Task<FakeStripe> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeStripe(builder.Build());
        fake._app.Run(fake.AnswerAsync);
        await fake._app.StartAsync();
        return fake;
    }

    public FakeStripe Then(int status, string json, params (string Name, string Value)[] headers) => Then(async http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        await http.Response.WriteAsync(json);
    });

    public FakeStripe Then(Func<HttpContext, Task> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    /// <summary>Takes the request in and hangs up without a word: the answer is lost.</summary>
    public FakeStripe ThenHangUp() => Then(http =>
    {
        http.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Takes the request in and never answers.</summary>
    public FakeStripe ThenSilence() => Then(http =>
        Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));

    /// <summary>The product's own registration, pointed here.</summary>
    public IPaymentProvider Provider(TimeProvider? clock = null, params (string Name, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Stripe:ApiBase"] = Address,
                ["Stripe:SecretKey"] = "sk_test_KeyThatMustNotLeak",
                ["Stripe:WebhookSecret"] = "whsec_test",
                ["Stripe:RetryDelay"] = "00:00:00.002",
            })
            .AddInMemoryCollection(settings.ToDictionary(s => "Stripe:" + s.Name, s => s.Value))
            .Build();

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Listener(Log)));
        if (clock is not null) services.AddSingleton(clock);
        services.AddStripe(configuration);
        var built = services.BuildServiceProvider();
        _services.Add(built);
        return built.GetRequiredService<IPaymentProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var services in _services) await services.DisposeAsync();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        var target = http.Request.Path + http.Request.QueryString;
        var headers = new HeaderDictionary(http.Request.Headers.ToDictionary());
        _seen.Enqueue(new Seen(http.Request.Method, target, headers, body));
        if (_script.TryDequeue(out var answer))
        {
            await answer(http);
            return;
        }

        http.Response.StatusCode = 500;
    }

    private sealed class Listener(StringBuilder log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (log) log.Append(formatter(state, exception)).Append(exception).AppendLine();
        }

        public void Dispose()
        {
        }
    }
}
