using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Automat.Server.Data;

/// <summary>
/// Tells the database whose rows a connection may see, each time one is opened: the row-level policies read it. A connection
/// that goes back to the pool forgets it.
/// </summary>
internal sealed class TenantConnection(Tenant tenant) : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = Command(connection);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = Command(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(DbConnection connection)
    {
        var command = new NpgsqlCommand(
            $"select set_config('{DatabaseAddress.TenantSetting}', $1, false)", (NpgsqlConnection)connection);
        command.Parameters.Add(new NpgsqlParameter<string>
        {
            TypedValue = tenant.HasEntered ? tenant.Organization.ToString() : "",
        });
        return command;
    }
}
