using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>One app for all tests of a class that leave nothing behind for each other.</summary>
public class SharedApp : IAsyncLifetime
{
    /// <summary>The app.</summary>
    public TestApp App { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts it with these settings.</summary>
    protected async Task StartAsync(params (string Name, string Value)[] settings) =>
        App = await TestApp.StartAsync(settings);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>An app with a second cabinet of the same organisation, <c>cab002</c>, that has a secret of its own.</summary>
public sealed class TwoCabinets : SharedApp
{
    public const string OtherSecret = "secret-of-another-cabinet";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await App.SetUpAsync(
            "insert into machines select (jsonb_populate_record(m, jsonb_build_object('id', 'cab002'))).* "
            + "from machines m where id = 'cab001'");
        await App.GiveSecretAsync("cab002", OtherSecret);
    }
}

/// <summary>An app whose key may read the audit log.</summary>
public sealed class AuditedApp : SharedApp
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await App.AllowAsync("audit.read");
    }
}
