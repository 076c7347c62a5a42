using System.Net;
using Automat.Server.Audit;
using Automat.Server.Books;
using Automat.Server.Catalog;
using Automat.Server.Chips;
using Automat.Server.Counter;
using Automat.Server.Customers;
using Automat.Server.Dashboard;
using Automat.Server.Data;
using Automat.Server.Debts;
using Automat.Server.Demo;
using Automat.Server.Demo.History;
using Automat.Server.Devices;
using Automat.Server.Dex;
using Automat.Server.Fridges;
using Automat.Server.Hosting;
using Automat.Server.Machines;
using Automat.Server.Machines.Drivers.Arcade;
using Automat.Server.Machines.Drivers.Fridge;
using Automat.Server.Machines.Drivers.Native;
using Automat.Server.Machines.Drivers.Robot;
using Automat.Server.Machines.Drivers.VmFlow;
using Automat.Server.Messages;
using Automat.Server.Notifications;
using Automat.Server.Notifications.Channels;
using Automat.Server.Notifications.Mail;
using Automat.Server.Observability;
using Automat.Server.Orders;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Payments.Stripe;
using Automat.Server.People;
using Automat.Server.Platform;
using Automat.Server.Push;
using Automat.Server.Refunds;
using Automat.Server.Reports;
using Automat.Server.Settings;
using Automat.Server.Settlements;
using Automat.Server.Shop;
using Automat.Server.Stock;
using Automat.Server.Storefront;
using Automat.Server.Temperatures;
using Automat.Server.Vends;
using Automat.StripeSandbox;
using Microsoft.AspNetCore.Hosting.Server;

namespace Automat.Server;

/// <summary>
/// The whole product, running: database, sandbox where asked for, web server, MQTT endpoint, robots' port, simulated
/// machines. The table of contents: every module's <c>Add…</c> and <c>Map…</c> stands here, in order.
/// </summary>
internal sealed class AutomatServer : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> parts = [];
    private readonly ILoggerFactory startLogs;

    private AutomatServer(IConfiguration configuration)
    {
        Settings = ServerSettings.Read(configuration);
        startLogs = LoggerFactory.Create(
            logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddLogs());
    }

    public ServerSettings Settings { get; }

    public WebApplication App { get; private set; } = null!;

    public Database Database { get; private set; } = null!;

    public StripeSandboxHost? Sandbox { get; private set; }

    public DemoSecrets? Secrets { get; private set; }

    /// <summary>Where the first administrator signs up; null once there is somebody.</summary>
    public string? FirstAdministratorLink { get; private set; }

    public Uri Http { get; private set; } = null!;

    public int MqttPort { get; private set; }

    public int? MqttTlsPort { get; private set; }

    public int RobotPort { get; private set; }

    /// <summary>Starts everything; returns when customers can buy.</summary>
    /// <exception cref="SettingsException">A setting is missing or wrong.</exception>
    public static async Task<AutomatServer> StartAsync(
        WebApplicationBuilder builder, CancellationToken ct, Action<IServiceCollection>? replace = null)
    {
        var server = new AutomatServer(builder.Configuration);
        try
        {
            await server.RunUpAsync(builder, replace, ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops in good order: what was taken is booked and answered before anything is taken away.</summary>
    public async ValueTask DisposeAsync()
    {
        // In good order where it still runs: whoever is at work finishes, then what they work with goes.
        var running = parts.Contains(App) && App.Lifetime.ApplicationStarted.IsCancellationRequested
            && !App.Lifetime.ApplicationStopped.IsCancellationRequested;
        if (running) await App.StopAsync();
        for (var i = parts.Count - 1; i >= 0; i--) await parts[i].DisposeAsync();
        parts.Clear();
        startLogs.Dispose();
    }

    private async Task RunUpAsync(WebApplicationBuilder builder, Action<IServiceCollection>? replace, CancellationToken ct)
    {
        if (builder.Configuration["Automat:Testing:KillAt"] is { Length: > 0 } killAt) Steps.KillAt(killAt);
        builder.Logging.AddLogs();
        builder.Services.AddModules();
        Directory.CreateDirectory(Settings.DataDirectory);
        Database = await Database.OpenAsync(Settings, startLogs.CreateLogger("Automat.Database"), ct);
        parts.Add(Database);
        await DataModule.MigrateAsync(Database.Address, builder.Services, ct);
        await Database.LowerRightsAsync(ct);
        if (Settings.Demo) Secrets = DemoSecrets.Open(Settings.DataDirectory, builder.Configuration);
        await StartSandboxAsync(builder.Configuration, ct);
        var organization = await FirstData.EnsureAsync(Database.Address, builder.Services, builder.Configuration, Settings.Demo, ct);

        AddServices(builder, organization);
        replace?.Invoke(builder.Services);
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, ""); // they are among the endpoints below
        builder.WebHost.ConfigureKestrel(kestrel => Endpoints.Listen(kestrel, Settings));
        App = builder.Build();
        parts.Add(App);
        Use(App);
        if (Secrets is { } secrets) await DemoSignIns.SetAsync(App.Services, organization.Organization, secrets, ct);
        if (Settings.Demo)
        {
            await new DemoHistory(App.Services, organization.Organization, TimeProvider.System).EnsureAsync(Settings.DemoDays, ct);
        }

        await App.StartAsync(ct);
        if (Settings.Demo) await DemoChips.SetAsync(App.Services, organization.Organization, ct);
        if (Settings is { Demo: true, Simulators: true }) await DemoCounter.SetAsync(App.Services, organization.Organization, ct);
        (Http, MqttPort, MqttTlsPort, RobotPort) = Endpoints.Bound(App.Services.GetRequiredService<IServer>(), Settings);
        FirstAdministratorLink = await FirstAdministrator.LinkAsync(App.Services, ct) is { } path
            ? App.Services.GetRequiredService<PublicAddress>().ForMails(App.Services.GetRequiredService<IServer>()) + path
            : null;
        Sandbox?.SetWebhook(new Uri(Http, "/webhooks/stripe").ToString());
        if (Settings is { Demo: true, Simulators: true })
        {
            parts.Add(DemoMachines.Start(
                Http, Settings.Mqtt.Outside is null ? MqttPort : null, RobotPort, Secrets!,
                App.Services.GetRequiredService<ILoggerFactory>()));
        }
    }

    private async Task StartSandboxAsync(ConfigurationManager configuration, CancellationToken ct)
    {
        if (!Settings.Sandbox) return;
        Sandbox = await StripeSandboxHost.StartAsync(
            new SandboxOptions
            {
                Port = Settings.SandboxPort,
                SecretKey = configuration["Stripe:SecretKey"] ?? Secrets!.StripeKey,
                WebhookSecret = configuration["Stripe:WebhookSecret"] ?? Secrets!.WebhookSecret,
                DataFile = Path.Combine(Settings.DataDirectory, "stripe-sandbox.ndjson"),
                SettleDelayedAfter = TimeSpan.FromSeconds(10),
                LoggerFactory = startLogs,
            }, ct);
        parts.Add(Sandbox);
        configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Stripe:SecretKey"] = Sandbox.SecretKey,
            ["Stripe:WebhookSecret"] = Sandbox.WebhookSecret,
            ["Stripe:ApiBase"] = Sandbox.BaseAddress.ToString().TrimEnd('/'),
        });
    }

    private void AddServices(WebApplicationBuilder builder, PaymentAccount account)
    {
        var services = builder.Services;
        services.AddSingleton(Database.Address);
        services.AddSingleton(account);
        services.AddSingleton<PublicAddress>();
        services.AddSingleton(new MachinePorts(() => MqttPort, () => MqttTlsPort, () => RobotPort));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        services.AddProblems();
        services.AddProblem<ProviderUnavailableException>(
            503, "provider_unavailable", "The payment provider does not answer right now. Nothing was charged.");
        services.AddProblem<ProviderRefusedException>(
            422, "provider_refused", "The payment provider refused. Nothing was charged.");
        services.AddProblem<ProviderAnswerException>(
            502, "provider_answer", "The payment provider said something unexpected. Nothing was charged.");
        services.AddRateLimits(builder.Configuration, TooMany);
        services.AddCrossOrigins(builder.Configuration);
        services.AddMetricsText();
        services.AddHealth()
            .AddCheck<DatabaseCheck>("database").AddCheck<JournalCheck>("journal").AddCheck<PaybackCheck>("paybacks");
        services.AddOpenApi(Descriptions.Say);
        services.AddSignIn(new PeopleSettings(
            Settings.Demo ? DemoSignIns.Administrators : new HashSet<string>(), PublicAddress.IsSecure(builder.Configuration)));
        services.AddPanel();
        services.AddDashboard();
        services.AddMail(MailSettings.Read(builder.Configuration, Settings.Demo));
        services.AddChannels(ChannelSettings.Read(builder.Configuration));
        services.AddPushes(PushSettings.Read(builder.Configuration));
        services.AddDeviceSignIn();
        services.AddStripe(builder.Configuration);
        services.AddMqtt(Settings.Mqtt);
        services.AddStorefront();
        services.AddAntiforgery(forms =>
        {
            forms.SuppressXFrameOptionsHeader = true; // ours is stricter than its own
            var secure = PublicAddress.IsSecure(builder.Configuration);
            forms.Cookie.Name = secure ? "__Host-automat_form" : "automat_form";
            forms.Cookie.Path = "/";
            forms.Cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        });
        services.AddCounter();
    }

    private void Use(WebApplication app)
    {
        app.UsePublicAddress();
        app.UseSecurityHeaders(Sandbox is null ? ["https://checkout.stripe.com"] : [Sandbox.BaseAddress.ToString()]);
        app.UseProblems();
        app.UseRouting(); // machines' addresses are answered right here
        app.UseCrossOrigins();
        app.UseStorefrontFiles(Settings.StaticRoot, Settings.StaticPolicy);
        app.UseWebSockets();
        app.UseStorefrontLocalization();
        // What matches no route, or none of this method or content, is said before anybody is asked who they are.
        app.Use((context, next) => context.GetEndpoint() switch
        {
            RouteEndpoint => next(context),
            { RequestDelegate: { } refuse } => refuse(context),
            _ => Lost(context).ExecuteAsync(context),
        });
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseCallerLimits();
        app.UseAuthorization();
        app.UseTenants();
        app.UseActors();
        app.UseAntiforgery();
        app.UseOneConnection();

        app.MapOpenApi().IsPublic("the description of the interface");
        app.MapGroup("").IsPublic("health, for probes").MapHealth();
        app.MapMetrics().AddEndpointFilter(new MetricsDoor(app.Configuration["Automat:Metrics:Token"]))
            .ChecksItself("this machine, or the collector's token");
        app.MapPanel(withComponents: Settings.Demo || app.Environment.IsDevelopment());
        app.MapDashboard();
        app.MapPeople();
        app.MapAudit();
        app.MapPayments();
        app.MapMachines(() => MqttPort);
        app.MapVends();
        app.MapFridges();
        app.MapRefunds();
        app.MapSettings();
        app.MapDebts();
        app.MapSettlements();
        app.MapBooks();
        app.MapReports();
        app.MapCatalog();
        app.MapStock();
        app.MapTemperatures();
        app.MapDex();
        app.MapArcade();
        app.MapFridge();
        app.MapVmFlow();
        app.MapRobot(() => new IPEndPoint(Settings.DeviceAddress, RobotPort));
        app.MapMqtt(Settings.Mqtt);
        var device = app.MapDevices();
        device.MapNative();
        device.MapDeviceDex();
        app.MapChips();
        app.MapNotifications();
        app.MapMessages();
        app.MapCounter();
        app.MapOrders();
        app.MapShop();
        app.MapCustomers();
        app.MapPush();
        app.BuildEndpointsOnce();
    }

    /// <summary>What a browser is shown that was too fast; null for programs, which get a problem.</summary>
    private static IResult? TooMany(HttpContext context) => WantsPage(context)
        ? Pages.Show<ProblemPage>(new ProblemView(429), StatusCodes.Status429TooManyRequests)
        : null;

    private static bool WantsPage(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static IResult Lost(HttpContext context) =>
        WantsPage(context)
            ? Pages.Show<ProblemPage>(new ProblemView(404), StatusCodes.Status404NotFound)
            : Results.StatusCode(StatusCodes.Status404NotFound);
}
