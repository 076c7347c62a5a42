using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Data;

/// <summary>
/// Gives whatever a signed-in caller looks at one connection for all it reads instead of one for each query: a page of twenty
/// queries tells the database once, not twenty times, whose rows it may see. The connection goes back before the first byte of
/// the answer leaves, so that no slow reader and no stream keeps it.
/// </summary>
internal sealed class OneConnection : IDisposable
{
    // Half of the pool: work that wants a second connection while it has this one finds it in the other half.
    private readonly SemaphoreSlim free = new(DataModule.ServingConnections / 2);

    /// <summary>How many more requests may hold one now.</summary>
    public int Left => free.CurrentCount;

    /// <summary>Answers a request, with the connection held where it is one that reads and there is one to hold.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !context.RequestServices.GetRequiredService<Tenant>().HasEntered
            || !await free.WaitAsync(TimeSpan.Zero, context.RequestAborted))
        {
            await next(context);
            return;
        }

        var held = new Held(context.RequestServices.GetRequiredService<AutomatDb>(), free);
        try
        {
            await held.OpenAsync(context.RequestAborted);
            context.Response.OnStarting(held.CloseAsync);
            await next(context);
        }
        finally
        {
            await held.CloseAsync();
        }
    }

    /// <summary>Frees what it waits with.</summary>
    public void Dispose() => free.Dispose();

    private sealed class Held(AutomatDb db, SemaphoreSlim free)
    {
        private bool isOpen;
        private bool isOver;

        public async Task OpenAsync(CancellationToken ct)
        {
            await db.Database.OpenConnectionAsync(ct);
            isOpen = true;
        }

        public async Task CloseAsync()
        {
            if (isOver) return;
            isOver = true;
            try
            {
                if (isOpen) await db.Database.CloseConnectionAsync();
            }
            finally
            {
                free.Release();
            }
        }
    }
}
