/* daemon/commands.h - what the binary does: one function a command of the command line.
 *
 * Each gets the arguments after its name and returns the exit code of the process:
 * 0 well, 1 the answer is no (the book does not add up), 2 the call was wrong, 3 the world is.
 * On the process's first thread.
 */
#ifndef DAEMON_COMMANDS_H
#define DAEMON_COMMANDS_H

enum exit_code { EXIT_WELL = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_WORLD = 3 };

int command_serve(int count, char **arguments);
int command_key(int count, char **arguments);
int command_verify(int count, char **arguments);
int command_backup(int count, char **arguments);
int command_restore(int count, char **arguments);
int command_export(int count, char **arguments);
int command_import(int count, char **arguments);
int command_version(int count, char **arguments);

/* Where a data directory is kept when nobody says otherwise. */
#define DATA_DIRECTORY_DEFAULT "./scrip-data"

#endif
