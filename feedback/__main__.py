from feedback.cli import main

main(prog_name="feedback")
