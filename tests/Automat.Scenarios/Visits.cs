using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Staff at the panel's pages.</summary>
internal static class Visits
{
    /// <summary>The demo's administrator, signed in, the second step put off.</summary>
    public static async Task<Visitor> AdminAsync(TestApp app)
    {
        var admin = new Visitor(app);
        await admin.SignInAsync(Staff.Admin, TestApp.Password);
        await admin.SendAsync("/account/authenticator", "/account/authenticator/postpone");
        return admin;
    }
}
