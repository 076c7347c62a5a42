using System.Net;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>The robot driver's front door.</summary>
public static class RobotModule
{
    /// <summary>Adds pick-up robots and what their existing web shops ask for.</summary>
    public static IServiceCollection AddRobot(this IServiceCollection services)
    {
        services.AddSingleton<RobotLines>();
        services.AddSingleton<IMachineDriver, RobotDriver>();
        services.AddScoped<RobotShop>().AddScoped<RobotStock>();
        return services;
    }

    /// <summary>Maps what existing shops and robots' admin pages call.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="listensOn">Where robots connect, as the status tells; known once the server runs.</param>
    public static void MapRobot(this IEndpointRouteBuilder routes, Func<IPEndPoint> listensOn)
    {
        RobotShop.Map(routes);
        RobotStock.Map(routes);
        GetCode.Map(routes);
        RobotCommands.Map(routes, listensOn);
    }
}
