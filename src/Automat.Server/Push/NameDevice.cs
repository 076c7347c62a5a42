using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>Somebody names a device to be told on, of one sale or of all orders of an account, and takes that back.</summary>
internal sealed class NameDevice(AutomatDb db, PushSeal seal, PushSettings settings, TimeProvider clock)
{
    private const int MostOfSale = 5;
    private const int MostOfAccount = 10;

    /// <summary>Tells a device of a sale from here on; naming it again changes nothing but its keys and language.</summary>
    /// <param name="purchase">The sale.</param>
    /// <param name="now">What is true of it, and need not be told.</param>
    /// <param name="token">The key to its page.</param>
    /// <param name="typed">The device.</param>
    /// <param name="language">Two letters.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="RuleException"><c>devices_full</c>.</exception>
    public async Task OfSaleAsync(Purchase purchase, SaleMark now, string token, TypedDevice typed, string language, CancellationToken ct)
    {
        var (organization, id) = (purchase.OrganizationId, purchase.Id);
        var device = await KeepAsync(organization, typed, language, ct);
        var follows = await db.Set<PushFollow>().AsNoTracking().Where(f => f.PurchaseId == id).OrderBy(f => f.Id).Take(MostOfSale)
            .Select(f => f.DeviceId).ToListAsync(ct);
        if (!follows.Contains(device.Id))
        {
            if (follows.Count == MostOfSale) throw new RuleException("devices_full", $"At most {MostOfSale} devices are told of it.");
            var at = clock.GetUtcNow().ToUniversalTime();
            db.Add(new PushFollow
            {
                Id = Id<PushFollow>.New(at),
                OrganizationId = organization,
                DeviceId = device.Id,
                PurchaseId = id,
                SealedToken = seal.SealToken(organization, token),
                SeenPurchase = now.Purchase,
                SeenVend = now.Vend,
                SeenReady = now.IsReady,
                SeenBack = now.Back,
                CreatedAt = at,
                QuietSince = now.IsQuiet ? at : null,
            });
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>Tells a device of the orders of an account from here on, until whoever is signed in there signs out.</summary>
    /// <exception cref="RuleException"><c>devices_full</c>.</exception>
    public async Task OfAccountAsync(SignedInCustomer customer, TypedDevice typed, string language, CancellationToken ct)
    {
        var owner = (Id<Customer>?)customer.Id;
        var device = await KeepAsync(customer.Organization, typed, language, ct);
        if (device.CustomerId != owner)
        {
            if (await db.Set<PushDevice>().CountAsync(d => d.CustomerId == owner, ct) >= MostOfAccount)
                throw new RuleException("devices_full", $"At most {MostOfAccount} devices are told of an account's orders.");
            device.CustomerId = owner;
        }

        device.SessionId = customer.Session;
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Whether a device is told of a sale.</summary>
    public async Task<bool> KnowsSaleAsync(Purchase purchase, string endpoint, CancellationToken ct)
    {
        var (organization, id, hash) = (purchase.OrganizationId, purchase.Id, HashOf(endpoint));
        var called = Called(organization, hash);
        return await db.Set<PushFollow>().AnyAsync(f => f.PurchaseId == id && called.Any(d => d.Id == f.DeviceId), ct);
    }

    /// <summary>Whether a device is told of an account's orders.</summary>
    public async Task<bool> KnowsAccountAsync(SignedInCustomer customer, string endpoint, CancellationToken ct)
    {
        var (organization, owner, hash) = (customer.Organization, (Id<Customer>?)customer.Id, HashOf(endpoint));
        return await Called(organization, hash).AnyAsync(d => d.CustomerId == owner, ct);
    }

    /// <summary>A device is told of a sale no more.</summary>
    public async Task ForgetSaleAsync(Purchase purchase, string endpoint, CancellationToken ct)
    {
        var (organization, id, hash) = (purchase.OrganizationId, purchase.Id, HashOf(endpoint));
        var called = Called(organization, hash);
        await db.Set<PushFollow>().Where(f => f.PurchaseId == id && called.Any(d => d.Id == f.DeviceId)).ExecuteDeleteAsync(ct);
        await called.Where(d => d.CustomerId == null && !db.Set<PushFollow>().Any(f => f.DeviceId == d.Id)).ExecuteDeleteAsync(ct);
    }

    /// <summary>A device of an account is forgotten, with whatever else it is told of.</summary>
    public Task ForgetAsync(SignedInCustomer customer, string endpoint, CancellationToken ct)
    {
        var (owner, hash) = ((Id<Customer>?)customer.Id, HashOf(endpoint));
        return db.Set<PushDevice>().Where(d => d.CustomerId == owner && d.AddressHash == hash).ExecuteDeleteAsync(ct);
    }

    /// <summary>Likewise, by its id.</summary>
    public Task ForgetAsync(SignedInCustomer customer, Id<PushDevice> device, CancellationToken ct)
    {
        var owner = (Id<Customer>?)customer.Id;
        return db.Set<PushDevice>().Where(d => d.CustomerId == owner && d.Id == device).ExecuteDeleteAsync(ct);
    }

    private IQueryable<PushDevice> Called(Id<Organization> organization, byte[] hash) =>
        db.Set<PushDevice>().Where(d => d.OrganizationId == organization && d.AddressHash == hash);

    private static byte[] HashOf(string endpoint) => SHA256.HashData(Encoding.UTF8.GetBytes(endpoint));

    private async Task<PushDevice> KeepAsync(Id<Organization> organization, TypedDevice typed, string language, CancellationToken ct)
    {
        var sealedTarget = seal.Seal(organization, typed.Check(settings));
        var hash = HashOf(typed.Endpoint);
        var device = await Called(organization, hash).SingleOrDefaultAsync(ct);
        if (device is not null)
        {
            (device.SealedTarget, device.Language) = (sealedTarget, language);
            return device;
        }

        var now = clock.GetUtcNow().ToUniversalTime();
        device = new PushDevice
        {
            Id = Id<PushDevice>.New(now),
            OrganizationId = organization,
            AddressHash = hash,
            SealedTarget = sealedTarget,
            Language = language,
            CreatedAt = now,
        };
        db.Add(device);
        return device;
    }
}
