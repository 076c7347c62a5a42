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
            organization.IsAudited("organization");
            organization.HasKey(o => o.Id);
            organization.Property(o => o.Id).IsId();
            organization.Property(o => o.Name).HasMaxLength(200).MayBeShown("a business, not a person");
        });
        model.Entity<Person>(person =>
        {
            person.ToTable("people");
            person.IsAudited("person");
            person.Property(p => p.OrganizationId).IsId();
            person.Property(p => p.FirstName).HasMaxLength(100).IsPersonal();
            person.Property(p => p.LastName).HasMaxLength(100).IsPersonal();
            person.Property(p => p.UserName).HasMaxLength(256).IsPersonal();
            person.Property(p => p.NormalizedUserName).HasMaxLength(256).IsPersonal();
            person.Property(p => p.Email).HasMaxLength(256).IsPersonal();
            person.Property(p => p.NormalizedEmail).HasMaxLength(256).IsPersonal();
            person.Property(p => p.EmailConfirmed).MayBeShown("whether, not which");
            person.Property(p => p.PhoneNumber).IsPersonal();
            person.Property(p => p.PhoneNumberConfirmed).MayBeShown("whether, not which");
            person.Property(p => p.PasswordHash).IsSecret();
            person.Property(p => p.SecurityStamp).IsSecret();
            person.Property(p => p.ConcurrencyStamp).IsConcurrencyToken().IsNotAudited("Changes with every save.");
            person.Property(p => p.LastSeenAt).IsNotAudited("Changes with every click.");
            person.Property(p => p.AccessFailedCount).IsNotAudited("Guessing counts it up; that it led to a lock is audited.");
            person.HasIndex(p => p.NormalizedUserName).IsUnique(); // sign-in by name
            person.HasIndex(p => p.NormalizedEmail); // sign-in by address
        });
        model.Entity<IdentityUserClaim<Guid>>(claim =>
        {
            claim.ToTable("person_claims");
            claim.IsAudited("person_claim");
            claim.Property(c => c.ClaimValue).IsPersonal();
        });
        model.Entity<IdentityUserLogin<Guid>>(login =>
        {
            login.ToTable("person_logins");
            login.IsAudited("person_login");
            login.HasKey(l => new { l.LoginProvider, l.ProviderKey });
            login.Property(l => l.ProviderKey).IsPersonal();
            login.Property(l => l.ProviderDisplayName).MayBeShown("a provider, not a person");
        });
        model.Entity<IdentityUserToken<Guid>>(token =>
        {
            token.ToTable("person_tokens");
            token.IsAudited("person_token");
            token.HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
            token.Property(t => t.Name).MayBeShown("what the framework calls its purpose");
            token.Property(t => t.Value).IsSecret();
        });
        model.Entity<ApiKey>(key =>
        {
            key.ToTable("api_keys");
            key.IsAudited("api_key");
            key.HasKey(k => k.Id);
            key.Property(k => k.Id).IsId();
            key.Property(k => k.OrganizationId).IsId();
            key.Property(k => k.Name).HasMaxLength(100).MayBeShown("what a program is called");
            key.Property(k => k.Hash).IsSecret();
            key.HasIndex(k => k.Hash).IsUnique(); // look-up by what was presented
        });
    }
}
