using System.Net;
using Automat.StripeSandbox.Control;
using Automat.StripeSandbox.Http;
using Automat.StripeSandbox.Misbehaviour;
using Automat.StripeSandbox.Pages;
using Automat.StripeSandbox.Payments;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Webhooks;
using Automat.StripeSandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Automat.StripeSandbox;

/// <summary>A running sandbox: Stripe's API, pay pages and webhooks on a port of its own.</summary>
public sealed class StripeSandboxHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Store store;
    private readonly WebhookDispatcher dispatcher;
    private readonly DeadlineWatch watch;

    private StripeSandboxHost(
        WebApplication app, Store store, WebhookDispatcher dispatcher, DeadlineWatch watch,
        string secretKey, string secret)
    {
        (this.app, this.store, this.dispatcher, this.watch) = (app, store, dispatcher, watch);
        (SecretKey, WebhookSecret) = (secretKey, secret);
    }

    /// <summary>Where a client of Stripe finds the sandbox, for example <c>http://127.0.0.1:12111/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The port it listens on.</summary>
    public int Port => BaseAddress.Port;

    /// <summary>The key clients must show.</summary>
    public string SecretKey { get; }

    /// <summary>Signs the events sent to the destinations of the options.</summary>
    public string WebhookSecret { get; }

    /// <summary>Starts a sandbox and returns when it listens.</summary>
    /// <exception cref="IOException">The port or the data file is taken.</exception>
    /// <exception cref="InvalidDataException">The data file is broken.</exception>
    public static async Task<StripeSandboxHost> StartAsync(SandboxOptions options, CancellationToken ct = default)
    {
        var opened = new Store(options.TimeProvider, options.DataFile);
        try
        {
            return await StartAsync(options, opened, ct);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Sends all events to this address from now on, undelivered ones too.</summary>
    /// <param name="url">The destination.</param>
    /// <param name="secret">Signs what is sent; null: <see cref="WebhookSecret"/>.</param>
    public void SetWebhook(string url, string? secret = null) => PutWebhook(store, 0, url, secret ?? WebhookSecret);

    /// <summary>Stops listening and sending. What was answered for is in the data file.</summary>
    public async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync();
        await app.StopAsync();
        await dispatcher.DisposeAsync();
        await app.DisposeAsync();
        store.Dispose();
    }

    private static async Task<StripeSandboxHost> StartAsync(SandboxOptions options, Store opened, CancellationToken ct)
    {
        var secretKey = options.SecretKey ?? "sk_test_" + Ids.Letters(32);
        var webhookSecret = options.WebhookSecret ?? "whsec_" + Ids.Letters(32);
        var settings = new SandboxSettings { SettleDelayedAfter = (int?)options.SettleDelayedAfter?.TotalSeconds };
        var faults = new FaultSwitches();
        var logger = options.LoggerFactory.CreateLogger("Automat.StripeSandbox");
        var sending = new WebhookDispatcher(opened, faults, options, logger);

        var web = Listen(options);
        new StripeApi(opened, settings, faults, new ApiKey(secretKey), options.TimeProvider, logger).Map(web);
        new CheckoutPages(opened, settings).Map(web);
        new ControlApi(opened, settings, faults, sending).Map(web);
        PutWebhooks(opened, options.WebhookUrls, webhookSecret);

        var host = new StripeSandboxHost(
            web, opened, sending, new DeadlineWatch(opened, options.TimeProvider, logger), secretKey, webhookSecret);
        await web.StartAsync(ct);
        var bound = web.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First();
        host.BaseAddress = new Uri(bound + "/");
        settings.PublicUrl = (options.PublicUrl ?? bound).TrimEnd('/');
        Rebase(opened, settings.PublicUrl);
        sending.Start();
        host.watch.Start();
        logger.LogInformation("Stripe sandbox listens on {Address}", bound);
        return host;
    }

    private static WebApplication Listen(SandboxOptions options)
    {
        // Empty: the sandbox lives inside other servers and takes nothing from their environment or configuration.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "Automat.StripeSandbox" });
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.AddSingleton<IHostLifetime, HostedByItsOwner>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Limits.BodyBytes;
            kestrel.Listen(IPAddress.Parse(options.Host), options.Port);
        });
        var web = builder.Build();
        web.UseRouting();
        return web;
    }

    private static void PutWebhook(Store store, int number, string url, string secret) => store.Run(tx =>
    {
        var id = $"we_sandbox_{number}";
        var endpoint = tx.Find<WebhookEndpoint>(id)
            ?? tx.Add(new WebhookEndpoint { Id = id, Description = "Set at start" });
        (endpoint.Url, endpoint.Signing) = (url, secret);
        tx.Touch(endpoint);
        return endpoint;
    });

    private static void PutWebhooks(Store store, IReadOnlyList<string> urls, string secret)
    {
        if (urls.Count == 0) return; // told later; what an earlier run could not deliver waits for it
        for (var i = 0; i < urls.Count; i++) PutWebhook(store, i, urls[i], secret);
        store.Run(tx =>
        {
            for (var i = urls.Count; tx.Find<WebhookEndpoint>($"we_sandbox_{i}") is { } old; i++) tx.Delete(old);
            return 0;
        });
    }

    /// <summary>Pay pages of an earlier run may have had another port.</summary>
    private static void Rebase(Store store, string publicUrl) => store.Run(tx =>
    {
        foreach (var session in tx.Shelves.Newest<CheckoutSession>().Where(one => one.Status is SessionStatus.Open))
        {
            session.Url = $"{publicUrl}/c/pay/{session.Id}";
            tx.Touch(session);
        }
        foreach (var link in tx.Shelves.Newest<PaymentLink>())
        {
            link.Url = $"{publicUrl}/b/{link.Id}";
            tx.Touch(link);
        }
        return 0;
    });

    /// <summary>Signals to the process are its owner's business.</summary>
    private sealed class HostedByItsOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
