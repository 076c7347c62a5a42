using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Audit;

/// <summary>No entity can be forgotten by the audit, and no secret can slip into it: read from the model.</summary>
public sealed class AuditPlanTests
{
    [Fact]
    [Trait("Accepts", "S2-19")]
    public void Every_entity_is_audited_or_says_why_not_and_nothing_delicate_goes_unsaid() =>
        Assert.Empty(AuditPlan.FaultsIn(ServerModel()));

    [Fact]
    [Trait("Accepts", "S2-19")]
    public void Every_audited_entity_leads_to_an_event()
    {
        var model = ServerModel();
        var plan = AuditPlan.Of((IModel)model);

        foreach (var entity in model.GetEntityTypes())
        {
            if (entity.IsOwned()) continue; // a part of its owner
            var exempt = AuditMarks.ExemptionOf(entity);
            Assert.True(exempt is null ^ plan.Find(entity) is null, $"{entity.DisplayName()} is neither audited nor exempt.");
        }

        Assert.Equal(
            [
                "category", "channel", "chip", "chip_account", "chip_group", "chip_holder", "chip_settings", "customer", "invitation", "machine", "machine_enrolment",
                "machine_secret", "membership", "order_rules", "organization", "organization_profile", "payment_link", "person", "person_claim",
                "person_login", "person_token", "planogram_template", "price_entry", "price_list", "product", "refund_terms",
                "restock_route", "restock_stop", "restock_visit", "retention_term", "saved_card", "saved_view", "slot",
                "stock_place", "token",
            ],
            model.GetEntityTypes().Select(plan.Find).OfType<AuditedType>().Select(t => t.Word).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("SecretWord")]
    [InlineData("CodeHash")]
    [InlineData("ResetToken")]
    [InlineData("Password")]
    [InlineData("Email")]
    [InlineData("DisplayName")]
    [InlineData("PhoneNumber")]
    [InlineData("ApiKey")]
    public void A_property_that_sounds_like_a_secret_must_say_what_it_is(string property)
    {
        Assert.Contains(property, Assert.Single(AuditPlan.FaultsIn(ModelOf(e => e.Property<string>(property)))), StringComparison.Ordinal);
        Assert.Empty(AuditPlan.FaultsIn(ModelOf(e => e.Property<string>(property).IsSecret())));
        Assert.Empty(AuditPlan.FaultsIn(ModelOf(e => e.Property<string>(property).IsPersonal())));
        Assert.Empty(AuditPlan.FaultsIn(ModelOf(e => e.Property<string>(property).MayBeShown("a shelf"))));
        Assert.Empty(AuditPlan.FaultsIn(ModelOf(e => e.Property<string>(property).IsNotAudited("moves all the time"))));
        Assert.NotEmpty(AuditPlan.FaultsIn(ModelOf(e => e.Property<string>(property).MayBeShown(""))));
        Assert.Empty(AuditPlan.FaultsIn(ModelOf(e =>
        {
            e.Property<string>(property);
            e.IsNotAudited("a table of the tests");
        })));
    }

    [Fact]
    public void An_entity_without_key_or_reason_is_a_fault()
    {
        Assert.NotEmpty(AuditPlan.FaultsIn(ModelOf(_ => { }, keyless: true)));
        Assert.NotEmpty(AuditPlan.FaultsIn(ModelOf(e => e.IsNotAudited(" "))));
        Assert.Throws<InvalidOperationException>(() => AuditPlan.Of((IModel)ModelOf(e => e.Property<string>("Secret"))));
    }

    private static IReadOnlyModel ServerModel()
    {
        var address = new DatabaseAddress("Host=nowhere", "Host=nowhere");
        return DataModule.OwnersView(address, new ServiceCollection().AddModules()).Model;
    }

    private static IReadOnlyModel ModelOf(Action<EntityTypeBuilder<Thing>> map, bool keyless = false)
    {
        var model = new ModelBuilder();
        model.Entity<Thing>(e =>
        {
            if (keyless) e.HasNoKey();
            else e.HasKey(t => t.Number);
            map(e);
        });
        return model.FinalizeModel();
    }

    private sealed class Thing
    {
        public int Number { get; init; }
    }
}
