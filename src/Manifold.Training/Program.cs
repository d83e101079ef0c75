using System.CommandLine;
using Manifold.Encoders;
using Manifold.Training;


var root = new RootCommand("Learns Manifold's bundles and measures them.")
{
    EvaluateCommand.Create(), TrainCommand.Create(), TrainAudioCommand.Create(), CompareRunsCommand.Create(), PreviewPicturesCommand.Create(), TrainCcaCommand.Create(), CountsCommand.Create(), MakeSamplesCommand.Create(),
};
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is DataNotFetchedException or InvalidBundleException or IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
