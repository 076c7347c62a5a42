using Automat.Domain;
using Automat.Server.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

internal sealed class PeopleTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<Organization>(organization =>
        {
            organization.ToTable("organizations");
            organization.HasKey(o => o.Id);
            organization.Property(o => o.Id).IsId();
            organization.Property(o => o.Name).HasMaxLength(200);
        });
        model.Entity<Person>(person =>
        {
            person.ToTable("people");
            person.Property(p => p.OrganizationId).IsId();
            person.Property(p => p.FirstName).HasMaxLength(100);
            person.Property(p => p.LastName).HasMaxLength(100);
            person.Property(p => p.UserName).HasMaxLength(256);
            person.Property(p => p.NormalizedUserName).HasMaxLength(256);
            person.Property(p => p.Email).HasMaxLength(256);
            person.Property(p => p.NormalizedEmail).HasMaxLength(256);
            person.Property(p => p.ConcurrencyStamp).IsConcurrencyToken();
            person.HasIndex(p => p.NormalizedUserName).IsUnique(); // sign-in by name
            person.HasIndex(p => p.NormalizedEmail); // sign-in by address
        });
        model.Entity<IdentityUserClaim<Guid>>(claim => claim.ToTable("person_claims"));
        model.Entity<IdentityUserLogin<Guid>>(login =>
        {
            login.ToTable("person_logins");
            login.HasKey(l => new { l.LoginProvider, l.ProviderKey });
        });
        model.Entity<IdentityUserToken<Guid>>(token =>
        {
            token.ToTable("person_tokens");
            token.HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
        });
        model.Entity<ApiKey>(key =>
        {
            key.ToTable("api_keys");
            key.HasKey(k => k.Id);
            key.Property(k => k.Id).IsId();
            key.Property(k => k.OrganizationId).IsId();
            key.Property(k => k.Name).HasMaxLength(100);
            key.HasIndex(k => k.Hash).IsUnique(); // look-up by what was presented
        });
    }
}
