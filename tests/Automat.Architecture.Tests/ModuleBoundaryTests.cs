using Automat.Architecture.Tests.Rules;

namespace Automat.Architecture.Tests;

/// <summary>What a module of the server may use: the list below, and of it the public doors.</summary>
public sealed class ModuleBoundaryTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Access"] = [],
        ["Audit"] = ["Access", "Data", "Journal", "Panel", "Platform", "Storefront"],
        ["Books"] = ["Access", "Audit", "Chips", "Customers", "Data", "Ledger", "Panel", "Platform", "Storefront", "Vends"],
        ["Catalog"] = ["Access", "Audit", "Data", "Jobs", "Panel", "Platform", "Storefront"],
        ["Counter"] = ["Access", "Catalog", "Data", "Fridges", "Ledger", "Machines", "Payments", "Platform", "Refunds", "Settings", "Storefront", "Vends"],
        ["Chips"] =
        [
            "Access", "Audit", "Catalog", "Customers", "Data", "Jobs", "Journal", "Ledger", "Panel", "Payments", "People", "Platform", "Privacy",
            "Storefront",
        ],
        ["Customers"] =
        [
            "Access", "Audit", "Data", "Notifications", "Panel", "Payments", "People", "Platform", "Privacy", "Storefront",
        ],
        ["Dashboard"] = ["Access", "Catalog", "Data", "Ledger", "Machines", "Panel", "Payments", "Storefront", "Vends"],
        ["Data"] = [],
        ["Debts"] = ["Access", "Data", "Machines", "Panel", "Platform", "Storefront", "Vends"],
        ["Dex"] =
        [
            "Access", "Audit", "Data", "Devices", "Journal", "Machines", "Panel", "Platform", "Storefront", "Vends",
        ],
        ["Devices"] = ["Access", "Data", "Machines", "Platform"],
        ["Fridges"] =
        [
            "Access", "Audit", "Customers", "Data", "Machines", "Panel", "Payments", "Platform", "Privacy", "Storefront", "Vends",
        ],
        ["Jobs"] = ["Data", "Platform"],
        ["Journal"] = ["Data", "Ledger", "Platform"],
        ["Ledger"] = ["Data"],
        ["Machines"] = ["Access", "Audit", "Catalog", "Data", "Journal", "Panel", "Platform", "Storefront"],
        ["Machines.Drivers.Arcade"] = ["Access", "Audit", "Data", "Machines", "Payments", "Vends"],
        ["Machines.Drivers.Fridge"] =
        [
            "Access", "Audit", "Catalog", "Data", "Machines", "Panel", "Platform", "Privacy", "Storefront", "Temperatures", "Vends",
        ],
        ["Machines.Drivers.Native"] = ["Catalog", "Chips", "Data", "Devices", "Machines", "Platform", "Vends"],
        ["Machines.Drivers.PickUp"] = ["Machines"],
        ["Machines.Drivers.Robot"] =
        [
            "Access", "Audit", "Catalog", "Data", "Machines", "Notifications", "Payments", "Platform", "Storefront", "Vends",
        ],
        ["Machines.Drivers.VmFlow"] = ["Access", "Data", "Devices", "Machines", "Platform", "Vends"],
        ["Messages"] =
        [
            "Access", "Audit", "Catalog", "Data", "Machines", "Notifications", "Panel", "Payments", "Platform", "Privacy", "Storefront",
            "Vends",
        ],
        ["MqttStore"] = ["Data", "Machines"],
        ["Notifications"] = ["Access", "Audit", "Data", "Panel", "Platform", "Privacy", "Storefront"],
        ["Orders"] =
        [
            "Access", "Audit", "Chips", "Customers", "Data", "Machines", "Notifications", "Panel", "Payments", "Platform", "Privacy",
            "Storefront", "Vends",
        ],
        ["Panel"] = ["Access", "Platform", "Storefront"],
        ["Payments"] = ["Access", "Audit", "Data", "Journal", "Platform", "Privacy"],
        ["Payments.Stripe"] = ["Payments"],
        ["People"] = ["Access", "Audit", "Data", "Ledger", "Notifications", "Panel", "Platform", "Privacy", "Storefront"],
        ["Platform"] = [],
        ["Privacy"] = ["Access", "Audit", "Data", "Platform"],
        ["Push"] =
        [
            "Access", "Audit", "Customers", "Data", "Machines", "Orders", "Panel", "Payments", "Platform", "Privacy", "Storefront", "Vends",
        ],
        ["Refunds"] =
        [
            "Access", "Audit", "Chips", "Data", "Journal", "Machines", "Notifications", "Panel", "Payments", "Platform", "Privacy",
            "Storefront", "Vends",
        ],
        ["Reports"] =
        [
            "Access", "Audit", "Data", "Machines", "Notifications", "Panel", "Payments", "Platform", "Privacy", "Storefront",
        ],
        ["Settings"] =
        [
            "Access", "Audit", "Data", "Notifications", "Orders", "Panel", "Payments", "Platform", "Privacy", "Refunds", "Storefront",
        ],
        ["Settlements"] = ["Access", "Data", "Machines", "Panel", "Payments", "Platform", "Storefront"],
        ["Shop"] = ["Access", "Catalog", "Chips", "Customers", "Data", "Machines", "Orders", "Payments", "Platform", "Storefront", "Vends"],
        ["Stock"] = ["Access", "Audit", "Catalog", "Data", "Dex", "Machines", "Notifications", "Panel", "Platform", "Storefront"],
        ["Storefront"] = [],
        ["Temperatures"] = ["Access", "Data", "Machines", "Panel", "Platform", "Privacy", "Storefront"],
        ["Vends"] =
        [
            "Access", "Audit", "Catalog", "Chips", "Data", "Journal", "Machines", "Notifications", "Panel", "Payments", "Platform",
            "Storefront",
        ],
    };

    private static readonly string[] WithoutFrontDoor =
    [
        "Observability", // two doors instead of one: AddHealth and AddMetricsText
        "Platform", // what all share; nobody switches it on
    ];

    private static Modules Server => new(Codebase.ServerModules, Codebase.Server.Types);

    private static Modules Twins => new(Codebase.TwinModules, Codebase.Twins);

    [Fact]
    public void Modules_use_only_the_modules_listed_for_them() => Breach.None(Server.ArrowBreaches(Allowed));

    [Fact]
    public void Modules_form_no_circle() => Breach.None(Server.CircleBreaches());

    [Fact]
    public void Modules_enter_each_other_through_public_doors() => Breach.None(Server.DoorBreaches());

    [Fact]
    public void Every_module_has_a_front_door() => Breach.None(Server.FrontDoorBreaches(WithoutFrontDoor));

    [Fact]
    public void An_unlisted_arrow_is_reported_with_the_type_that_draws_it()
    {
        var listed = new Dictionary<string, string[]>
        {
            ["Front"] = ["Store"],
            ["Front.Extras.Lamp"] = ["Front"],
            ["Store"] = ["Front"],
            ["Island"] = [],
        };

        var breach = Assert.Single(Twins.ArrowBreaches(listed), b => b.StartsWith("Front", StringComparison.Ordinal));

        Assert.StartsWith("Front uses Island, which is not listed: Window (", breach, StringComparison.Ordinal);
        Assert.Contains("tests/Automat.Architecture.Tests/Twins/Front/Window.cs", breach, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_that_uses_the_composition_root_is_reported()
    {
        var breaches = Twins.ArrowBreaches(new Dictionary<string, string[]>()).ToList();

        Assert.Contains(breaches, b => b.StartsWith("Island uses the composition root: Climber", StringComparison.Ordinal));
        Assert.DoesNotContain(breaches, b => b.StartsWith("Roof", StringComparison.Ordinal));
    }

    [Fact]
    public void An_arrow_or_module_that_is_gone_is_reported()
    {
        var listed = new Dictionary<string, string[]>
        {
            ["Front"] = ["Store", "Island"],
            ["Front.Extras.Lamp"] = ["Front", "Store"],
            ["Store"] = ["Front"],
            ["Island"] = [],
            ["Attic"] = [],
        };

        Assert.Equal(
            [
                "Attic is listed and no longer exists: remove it from ModuleBoundaryTests.",
                "Front.Extras.Lamp is listed as using Store and no longer does: remove the arrow from ModuleBoundaryTests.",
            ],
            Twins.ArrowBreaches(listed).Where(breach => breach.Contains(" is listed", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_circle_of_modules_is_reported()
    {
        var breach = Assert.Single(Twins.CircleBreaches());

        Assert.StartsWith("The modules Front, Store form a circle", breach, StringComparison.Ordinal);
    }

    [Fact]
    public void A_look_behind_a_closed_door_is_reported_for_types_and_for_members()
    {
        var breaches = Twins.DoorBreaches().ToList();

        Assert.Contains(breaches, b => b.Contains("Store.Cellar", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.Contains("Store.Shelf.Secret", StringComparison.Ordinal));
        Assert.DoesNotContain(breaches, b => b.Contains("Store.Shelf.Count", StringComparison.Ordinal));
    }

    [Fact]
    public void A_module_without_a_front_door_is_reported()
    {
        var breaches = Twins.FrontDoorBreaches(["Island"]).ToList();

        Assert.Equal(2, breaches.Count);
        Assert.StartsWith("Front.Extras.Lamp has no front door: write AddLamp(", breaches[0], StringComparison.Ordinal);
        Assert.StartsWith("Store has no front door: write AddStore(", breaches[1], StringComparison.Ordinal);
    }
}
