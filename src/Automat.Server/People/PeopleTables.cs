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
        MapPeople(model);
        MapIdentity(model);
        MapAccess(model);
    }

    private static void MapPeople(ModelBuilder model)
    {
        model.Entity<Person>(person =>
        {
            person.ToTable("people");
            person.IsAudited("person");
            person.Ignore(p => p.FullName);
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
            person.Property(p => p.LastCodeStep).IsNotAudited("Moves on with every sign-in.");
            person.HasIndex(p => p.NormalizedUserName).IsUnique(); // sign-in by name
            person.HasIndex(p => p.NormalizedEmail).IsUnique(); // one person an address
        });
        model.Entity<Membership>(membership =>
        {
            membership.ToTable("memberships");
            membership.IsAudited("membership");
            membership.HasKey(m => new { m.OrganizationId, m.PersonId });
            membership.Property(m => m.OrganizationId).IsId();
            membership.HasIndex(m => m.PersonId); // the organisations of somebody who signs in
            membership.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Invitation>(invitation =>
        {
            invitation.ToTable("invitations");
            invitation.IsAudited("invitation");
            invitation.HasKey(i => i.Id);
            invitation.Property(i => i.Id).IsId();
            invitation.Property(i => i.OrganizationId).IsId();
            invitation.Property(i => i.Email).HasMaxLength(256).IsPersonal();
            invitation.Property(i => i.Hash).IsSecret();
            invitation.HasIndex(i => i.Hash).IsUnique(); // look-up by what the link carries
            invitation.HasIndex(i => new { i.OrganizationId, i.CreatedAt }); // the newest of an organisation
        });
    }

    private static void MapIdentity(ModelBuilder model)
    {
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
        model.Entity<IdentityUserPasskey<Guid>>(passkey =>
        {
            passkey.ToTable("person_passkeys");
            passkey.IsNotAudited("Adding and removing one is noted; its counter moves on with every sign-in.");
            passkey.HasKey(p => p.CredentialId);
            passkey.Property(p => p.CredentialId).HasMaxLength(1024);
            passkey.HasIndex(p => p.UserId); // somebody's passkeys
            passkey.OwnsOne(p => p.Data, data => data.ToJson("data"));
            passkey.HasOne<Person>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<RecoveryCode>(code =>
        {
            code.ToTable("recovery_codes");
            code.IsNotAudited("A new set is noted, and so is a code that was used.");
            code.HasKey(c => c.Id);
            code.Property(c => c.Id).IsId();
            code.HasIndex(c => new { c.PersonId, c.Hash }).IsUnique(); // a typed code is looked up among one's own
            code.HasOne<Person>().WithMany().HasForeignKey(c => c.PersonId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void MapAccess(ModelBuilder model)
    {
        model.Entity<Session>(session =>
        {
            session.ToTable("sessions");
            session.IsNotAudited("Signing in and out is noted; it changes with every click.");
            session.HasKey(s => s.Id);
            session.Property(s => s.Id).IsId();
            session.Property(s => s.WorksFor).IsId();
            session.Property(s => s.Address).HasMaxLength(64);
            session.Property(s => s.Agent).HasMaxLength(200);
            session.HasIndex(s => s.PersonId).HasFilter("ended_at is null"); // where somebody is signed in
            session.HasOne<Person>().WithMany().HasForeignKey(s => s.PersonId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<ApiToken>(token =>
        {
            token.ToTable("api_tokens");
            token.IsAudited("token");
            token.HasKey(k => k.Id);
            token.Property(k => k.Id).IsId();
            token.Property(k => k.OrganizationId).IsId();
            token.Property(k => k.Name).HasMaxLength(100).MayBeShown("what a program is called");
            token.Property(k => k.Hash).IsSecret();
            token.Property(k => k.LastUsedAt).IsNotAudited("Changes with use.");
            token.Property(k => k.Start).HasMaxLength(16);
            token.HasIndex(k => k.Hash).IsUnique(); // look-up by what was presented
            token.HasIndex(k => k.OrganizationId); // an organisation's list
            token.HasOne<Person>().WithMany().HasForeignKey(k => k.PersonId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
