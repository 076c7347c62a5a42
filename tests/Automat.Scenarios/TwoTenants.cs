using System.Security.Cryptography;
using System.Text;
using Automat.Domain.Vends;
using Automat.Testing;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>The demo's organisation with a sale in it, and another that owns nothing but a key.</summary>
public class TwoTenants : SharedApp
{
    public const string OtherKey = "key-of-the-other-tenant";

    /// <summary>The organisation with the machines.</summary>
    public string First { get; private set; } = "";

    /// <summary>The other.</summary>
    public string Other { get; } = Guid.CreateVersion7().ToString();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await using (var superuser = await App.Database.SuperuserConnectionAsync())
        {
            await using var ours = new NpgsqlCommand("select id::text from organizations", superuser);
            First = (string)(await ours.ExecuteScalarAsync())!;
        }

        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(OtherKey)));
        await App.SetUpAsync(
            $"insert into organizations (id, name, currency, created_at) values ('{Other}', 'Other', 'EUR', now()); "
            + $"insert into ledger_heads values ('{Other}', 0, decode(repeat('00', 32), 'hex')); "
            + $"insert into api_tokens (id, organization_id, name, hash, start, scopes, created_at) "
            + $"values (gen_random_uuid(), '{Other}', 'other', decode('{hash}', 'hex'), 'key-of-t', "
            + $"array[{string.Join(',', Permissions.ScopesOf(Role.Operator).Select(p => $"'{Permissions.NameOf(p)}'"))}], now())");
        await using var cabinet = await Cabinet.ConnectAsync(App.MqttPort);
        var session = await App.Buyer.OpenAsync();
        await App.Provider.PayAsync(session);
        await App.VendAsync(session, VendStatus.Committed);
    }
}
