using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Automat.Server.Tests.Platform;

/// <summary>A real server with just the pieces a test puts together.</summary>
internal sealed class SmallServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SmallServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(20) };
    }

    public HttpClient Http { get; }

    public static async Task<SmallServer> StartAsync(
        Action<WebApplicationBuilder> services, Action<WebApplication> pipeline)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services(builder);
        var app = builder.Build();
        pipeline(app);
        await app.StartAsync();
        return new SmallServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly StringBuilder _text = new();

    public override string ToString()
    {
        lock (_text) return _text.ToString();
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel} {formatter(state, exception)} {exception}";
        lock (_text) _text.AppendLine(line);
    }

    public void Dispose()
    {
    }
}
